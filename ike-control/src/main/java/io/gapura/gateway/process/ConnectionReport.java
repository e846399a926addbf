package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.PreSharedKey;
import io.gapura.ike.auth.PublicKeyTrust;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.sa.TrafficSelectors;
import java.util.List;
import java.util.Locale;

/** Describes the configured connections as vici's {@code list-conn} does. */
final class ConnectionReport {
    private ConnectionReport() {
    }

    static List<Event> listConns(List<Connection> connections) {
        return connections.stream().map(connection -> new Event("list-conn",
                ViciMessage.builder().put(connection.name(), section(connection)).build())).toList();
    }

    private static ViciMessage section(Connection connection) {
        var remote = connection.remoteAddress();
        ViciMessage.Builder children = ViciMessage.builder();
        connection.children().forEach(child -> children.put(child.name(), section(child)));
        return ViciMessage.builder()
                .put("local_addrs", List.of(connection.localAddress().getHostAddress()))
                .put("remote_addrs", List.of(remote == null ? "%any" : remote.getHostAddress()))
                .put("version", "IKEv2")
                .put("reauth_time", connection.options().times().reauth().toSeconds())
                .put("rekey_time", connection.options().times().rekey().toSeconds())
                .put("dpd_delay", connection.options().dpdDelay().toSeconds())
                .put("unique", "UNIQUE_" + connection.options().habits().unique().name())
                .put("local-1", local(connection.auth().local()))
                .put("remote-1", remote(connection.auth().remote()))
                .put("children", children)
                .build();
    }

    private static ViciMessage.Builder local(Authentication.Local local) {
        ViciMessage.Builder side = ViciMessage.builder();
        switch (local.credential()) {
            case PreSharedKey _ -> side.put("class", "pre-shared key");
            case SigningKeys keys -> side.put("class", "public key").put("certs", keys.keys().stream()
                    .filter(key -> !key.chain().isEmpty())
                    .map(key -> Certificates.words(key.chain().getFirst())).toList());
        }
        return side.put("id", local.id().toString());
    }

    private static ViciMessage.Builder remote(Authentication.Remote remote) {
        ViciMessage.Builder side = ViciMessage.builder();
        switch (remote.trust()) {
            case PreSharedKey _ -> side.put("class", "pre-shared key");
            case PublicKeyTrust _ -> side.put("class", "public key");
            case CertificateTrust trust -> side.put("class", "public key")
                    .put("cacerts", trust.anchors().stream().map(Certificates::words).toList())
                    .put("certs", trust.pinned().stream().map(Certificates::words).toList())
                    .put("revocation", trust.rules().policy().name().toLowerCase(Locale.ROOT));
        }
        return side.put("id", remote.id().toString());
    }

    private static ViciMessage section(Child child) {
        return ViciMessage.builder()
                .put("mode", child.mode().name())
                .put("rekey_time", child.limits().rekeyTime().toSeconds())
                .put("rekey_bytes", counted(child.limits().rekeyBytes()))
                .put("rekey_packets", counted(child.limits().rekeyPackets()))
                .put("dpd_action", child.dpdAction().name().toLowerCase(Locale.ROOT))
                .put("close_action", child.closeAction().name().toLowerCase(Locale.ROOT))
                .put("local-ts", child.localTs().stream().map(TrafficSelectors::words).toList())
                .put("remote-ts", child.remoteTs().stream().map(TrafficSelectors::words).toList())
                .build();
    }

    /** 0 for what is not limited, as vici has it. */
    private static long counted(long limit) {
        return limit == Long.MAX_VALUE ? 0 : limit;
    }
}

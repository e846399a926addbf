package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciMessage;
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
                .put("reauth_time", 0)
                .put("rekey_time", connection.options().times().rekey().toSeconds())
                .put("dpd_delay", connection.options().dpdDelay().toSeconds())
                .put("unique", "UNIQUE_REPLACE")
                .put("local-1", ViciMessage.builder().put("class", "pre-shared key")
                        .put("id", connection.localId().toString()))
                .put("remote-1", ViciMessage.builder().put("class", "pre-shared key")
                        .put("id", connection.remoteId().toString()))
                .put("children", children)
                .build();
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

package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.SaMtu;
import io.gapura.engine.sad.SaCounters;
import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeSaStatus;
import io.gapura.ike.IkeSaStatus.ChildStatus;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Describes SAs as vici's {@code list-sa} does, with {@code handshake-ms}, {@code mtu}, {@code replayed}, {@code not-authentic} and
 * {@code mismatched} added. Control thread.
 */
final class SaReport {
    private final Numbering ikeNumbers = new Numbering();
    private final Numbering childNumbers = new Numbering();
    private final Engine engine;

    SaReport(Engine engine) {
        this.engine = engine;
    }

    /** One event for each IKE SA. */
    List<Event> listSas(List<IkeSaStatus> sas) {
        ikeNumbers.retain(sas.stream().map(Outcome::ownSpi).toList());
        childNumbers.retain(Outcome.children(sas).map(SaReport::key).toList());
        Map<Integer, Integer> mtus = mtus();
        return sas.stream().map(sa -> new Event("list-sa", named(sa, mtus))).toList();
    }

    /** The IKE SA under its connection's name. */
    ViciMessage named(IkeSaStatus sa) {
        return named(sa, mtus());
    }

    private ViciMessage named(IkeSaStatus sa, Map<Integer, Integer> mtus) {
        return ViciMessage.builder().put(sa.connection(), section(sa, mtus)).build();
    }

    /** The largest packet that each outbound SA takes, by its SPI. */
    private Map<Integer, Integer> mtus() {
        return engine.mtus().stream().collect(Collectors.toMap(SaMtu::spi, SaMtu::innerMtu, Math::min));
    }

    private ViciMessage section(IkeSaStatus sa, Map<Integer, Integer> mtus) {
        ViciMessage.Builder section = ViciMessage.builder()
                .put("uniqueid", ikeNumbers.of(Outcome.ownSpi(sa)))
                .put("version", 2)
                .put("state", sa.state().name())
                .put("local-host", sa.local().getAddress().getHostAddress())
                .put("local-port", sa.local().getPort())
                .put("local-id", sa.localId())
                .put("remote-host", sa.remote().getAddress().getHostAddress())
                .put("remote-port", sa.remote().getPort())
                .put("remote-id", sa.remoteId())
                .put("initiator", sa.initiator())
                .put("initiator-spi", HexFormat.of().toHexDigits(sa.initiatorSpi()))
                .put("responder-spi", HexFormat.of().toHexDigits(sa.responderSpi()));
        if (sa.behindNat()) {
            section.put("nat-local", true);
        }
        if (sa.peerBehindNat()) {
            section.put("nat-remote", true);
        }
        Algorithms.put(section, sa.suite());
        if (sa.ppk()) {
            section.put("ppk", true);
        }
        section.put("established", seconds(sa.ageNs())).put("rekey-time", seconds(sa.rekeyInNs()));
        if (sa.handshakeNs() > 0) {
            section.put("handshake-ms", String.format(Locale.ROOT, "%.3f", sa.handshakeNs() / 1e6));
        }
        ViciMessage.Builder children = ViciMessage.builder();
        for (ChildStatus child : sa.children()) {
            int number = childNumbers.of(key(child));
            children.put(child.name() + "-" + number, section(child, number, mtus));
        }
        return section.put("child-sas", children).build();
    }

    /** As strongSwan does, {@code encap} and {@code esn} are there only if they apply. */
    private ViciMessage section(ChildStatus child, int number, Map<Integer, Integer> mtus) {
        ViciMessage.Builder section = ViciMessage.builder()
                .put("name", child.name())
                .put("uniqueid", number)
                .put("reqid", number)
                .put("state", child.state().name())
                .put("mode", child.transport() ? "TRANSPORT" : "TUNNEL")
                .put("protocol", child.ah() ? "AH" : "ESP")
                .put("spi-in", HexFormat.of().toHexDigits(child.spiIn()))
                .put("spi-out", HexFormat.of().toHexDigits(child.spiOut()));
        if (child.inUdp()) {
            section.put("encap", true);
        }
        if (child.lane() != ChildStatus.NO_LANE) {
            section.put("cpu", child.lane());
        }
        if (child.ah()) {
            Algorithms.putAh(section, child.suite());
        } else {
            Algorithms.put(section, child.suite());
        }
        if (child.esn()) {
            section.put("esn", "1");
        }
        Integer mtu = mtus.get(child.spiOut());
        if (mtu != null) {
            section.put("mtu", mtu);
        }
        SaCounters received = engine.findInboundCounters(child.spiIn());
        if (received != null) {
            section.put("replayed", received.replayed()).put("not-authentic", received.notAuthentic())
                    .put("mismatched", received.mismatched());
        }
        return section
                .put("bytes-in", child.in().bytes())
                .put("packets-in", child.in().packets())
                .put("bytes-out", child.out().bytes())
                .put("packets-out", child.out().packets())
                .put("rekey-time", seconds(child.rekeyInNs()))
                .put("install-time", seconds(child.ageNs()))
                .put("local-ts", List.of(child.localTs().split(" ", -1)))
                .put("remote-ts", List.of(child.remoteTs().split(" ", -1)))
                .build();
    }

    private static long key(ChildStatus child) {
        return Integer.toUnsignedLong(child.spiIn());
    }

    private static long seconds(long ns) {
        return TimeUnit.NANOSECONDS.toSeconds(ns);
    }
}

package io.gapura.gateway.capture;

import io.gapura.engine.capture.CapturedPacket;
import io.gapura.engine.packet.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * A capture as the blocks of a pcapng file: an interface for each port, with one more for what another worker handed over,
 * and in each packet's comment what became of it. Control thread.
 */
public final class PcapngStream {
    private static final String HANDED_OVER = "from another worker";
    private static final int RECEIVED = 1;
    private static final int SENT = 2;

    private final List<String> ports;
    private final int snapBytes;
    private final BiFunction<Boolean, Integer, String> saName;

    /** @param saName what the SA with an SPI is called; first whether it is outbound. Empty if there is none */
    public PcapngStream(List<String> ports, int snapBytes, BiFunction<Boolean, Integer, String> saName) {
        this.ports = List.copyOf(ports);
        this.snapBytes = snapBytes;
        this.saName = saName;
    }

    /** What the file begins with. */
    public List<byte[]> head() {
        List<byte[]> head = new ArrayList<>();
        head.add(PcapngBlock.section("Gapura"));
        ports.forEach(port -> head.add(PcapngBlock.describe(port, snapBytes)));
        head.add(PcapngBlock.describe(HANDED_OVER, snapBytes));
        return head;
    }

    public byte[] packet(CapturedPacket packet, long frame, int bytes) {
        return PcapngBlock.packet(port(packet.port()), packet.epochNs(), packet.leaving() ? SENT : RECEIVED,
                packet.frameBytes(), frame, bytes, comment(packet));
    }

    /** What the file ends with. */
    public byte[] tail(long epochNs, long packets, long lost) {
        return PcapngBlock.statistics(0, epochNs, packets, lost);
    }

    private int port(int port) {
        return port == CapturedPacket.NO_PORT ? ports.size() : port;
    }

    /** Such as {@code sent by wan, outbound, worker 0, SA 0xc0000001 branch/net}. */
    private String comment(CapturedPacket packet) {
        StringBuilder comment = new StringBuilder(verdict(packet));
        comment.append(packet.outbound() ? ", outbound" : ", inbound").append(", worker ").append(packet.worker());
        if (packet.spi() != 0) {
            comment.append(String.format(Locale.ROOT, ", SA 0x%08x", packet.spi()));
            String name = saName.apply(packet.outbound(), packet.spi());
            comment.append(name.isEmpty() ? "" : " " + name);
        }
        return comment.toString();
    }

    private String verdict(CapturedPacket packet) {
        DropReason reason = packet.reason();
        if (reason != null) {
            String answered = packet.verdict() == CapturedPacket.Verdict.ANSWERED ? " (told its sender by ICMP)" : "";
            return "dropped: " + reason.name() + answered + ": " + reason.sentence();
        }
        return switch (packet.verdict()) {
            case KERNEL -> "handed to the kernel";
            case HELD -> packet.outbound() ? "kept until its tunnel is up" : "kept until its datagram is whole";
            default -> "sent by " + ports.get(packet.egress());
        };
    }
}

package io.gapura.engine.port;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import java.util.Arrays;

/**
 * The packets of a batch that go to the kernel, in as few segments as they make. Those of one flow stay in their
 * order: a packet that does not fit behind the flow's latest segment begins another one behind it. Worker thread.
 */
final class MergedBatch {
    private static final int SLOT_BITS = 8;
    private static final int NO_SEGMENT = Integer.MAX_VALUE;

    private final MergedSegment[] segments = new MergedSegment[PacketBatch.CAPACITY];
    private final boolean udp;
    /** By the flow's hash its latest segment. */
    private final int[] latest = new int[1 << SLOT_BITS];
    private int size;

    /** @param udp whether the kernel knows large segments of UDP */
    MergedBatch(boolean udp) {
        this.udp = udp;
        int[] following = new int[PacketBatch.CAPACITY];
        for (int segment = 0; segment < segments.length; segment++) {
            segments[segment] = new MergedSegment(following);
        }
        clear();
    }

    void clear() {
        size = 0;
        Arrays.fill(latest, NO_SEGMENT);
    }

    void add(PacketBatch batch, int packet) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        int headerBytes = MergedSegment.headerBytes(ip, batch.length(packet) - EthernetHeader.BYTES);
        if (!udp && headerBytes > 0 && Ipv4Header.protocol(ip) == Ipv4Header.UDP) {
            headerBytes = 0;
        }
        if (headerBytes == 0 || !append(batch, packet, ip, headerBytes)) {
            segments[size++].begin(batch, packet, headerBytes);
        }
    }

    /** Behind the flow's latest segment. Two flows that meet in a slot just lose sight of their segments. */
    private boolean append(PacketBatch batch, int packet, long ip, int headerBytes) {
        int slot = MergedSegment.flowHash(ip) >>> (Integer.SIZE - SLOT_BITS);
        int segment = latest[slot];
        if (segment < size && segments[segment].isFlowOf(ip) && segments[segment].append(batch, packet, headerBytes)) {
            return true;
        }
        latest[slot] = size;
        return false;
    }

    /** How many segments there are. */
    int size() {
        return size;
    }

    MergedSegment segment(int index) {
        return segments[index];
    }
}

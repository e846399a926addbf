package io.gapura.engine.port;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.TcpHeader;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import io.gapura.ffi.tun.VirtioNetHeader;

/**
 * Packets of one flow that follow each other so closely that they can go to the kernel as one large segment, from
 * which the same packets could be cut again.
 *
 * <p>IPv6 goes packet by packet. The rules are those of the kernel's own receive offload, and two more: windows are equal, and
 * identifications count up unless fragmenting is forbidden, when they mean nothing (RFC 6864 §4.1). Checksums were
 * verified before: the segment's is not, the kernel computes it when it passes the segment on. Worker thread.
 */
final class MergedSegment {
    /** No packet. */
    static final int NONE = -1;
    private static final int MOST_BYTES = 65_535;
    /** Version, header length and type of service; then the flags. */
    private static final int FIRST_SHORT = 0;
    private static final int TIME_TO_LIVE = 8;
    private static final int ADDRESSES = 12;
    /** What may change along a large segment: the last packet of a train may carry PSH or FIN. */
    private static final int LAST_FLAGS = TcpHeader.PSH | TcpHeader.FIN;
    /** A packet with any other flag than these begins no segment: SYN, RST, URG, CWR; FIN and PSH end one. */
    private static final int ACK_ECE = TcpHeader.ACK | TcpHeader.ECE;

    /** The packet of the batch that comes after, or {@link #NONE}; shared by all segments of a batch. */
    private final int[] following;
    private long ip;
    private int first = NONE;
    private int last;
    private int pieces;
    private int totalBytes;
    /** Bytes of IP and TCP or UDP headers, the same in all. */
    private int headers;
    /** Payload bytes of the first packet, which are those of all others but the last. */
    private int segmentBytes;
    private boolean complete;

    MergedSegment(int[] following) {
        this.following = following;
    }

    /** Bytes of the IP, TCP or UDP headers of a packet that could be one of several; 0 if it could not. */
    static int headerBytes(long ip, int bytes) {
        if (bytes < Ipv4Header.BYTES + UdpHeader.BYTES || !Ipv4Header.isWithoutOptions(ip)
                || Ipv4Header.isFragment(ip) || Ipv4Header.totalLength(ip) != bytes) {
            return 0;
        }
        long upper = ip + Ipv4Header.BYTES;
        return switch (Ipv4Header.protocol(ip)) {
            case Ipv4Header.UDP -> UdpHeader.length(upper) == bytes - Ipv4Header.BYTES
                    ? Ipv4Header.BYTES + UdpHeader.BYTES
                    : 0;
            case Ipv4Header.TCP -> tcpHeaderBytes(upper, bytes - Ipv4Header.BYTES);
            default -> 0;
        };
    }

    private static int tcpHeaderBytes(long tcp, int available) {
        int bytes = available < TcpHeader.BYTES ? 0 : TcpHeader.headerBytes(tcp);
        return bytes < TcpHeader.BYTES || bytes > available ? 0 : Ipv4Header.BYTES + bytes;
    }

    /** Whether others could follow this packet in a segment, if its checksum is right: it has payload, nothing remarkable. */
    private static boolean canBegin(long ip, int headerBytes, int bytes) {
        if (headerBytes == 0 || bytes == headerBytes) {
            return false;
        }
        int flags = Ipv4Header.protocol(ip) == Ipv4Header.TCP ? TcpHeader.flags(upper(ip)) : TcpHeader.ACK;
        return flags == TcpHeader.ACK || flags == ACK_ECE;
    }

    private static boolean isIntact(long ip, int bytes) {
        int upperBytes = bytes - Ipv4Header.BYTES;
        return Checksum.complete(Ipv4Header.pseudoHeaderSum(ip, upperBytes)
                + Checksum.partial(ip + Ipv4Header.BYTES, upperBytes)) == 0;
    }

    /**
     * Starts with one packet.
     *
     * @param headerBytes as {@link #headerBytes(long, int)} says; with 0 no other will follow
     */
    void begin(PacketBatch batch, int packet, int headerBytes) {
        ip = batch.start(packet) + EthernetHeader.BYTES;
        first = packet;
        last = packet;
        following[packet] = NONE;
        pieces = 1;
        totalBytes = batch.length(packet) - EthernetHeader.BYTES;
        headers = headerBytes;
        segmentBytes = totalBytes - headerBytes;
        complete = !canBegin(ip, headerBytes, totalBytes);
    }

    /** Whether the other packet is of the same flow: addresses, ports, protocol. */
    boolean isFlowOf(long other) {
        return Memory.nativeLongAt(ip + ADDRESSES) == Memory.nativeLongAt(other + ADDRESSES)
                && Memory.nativeIntAt(ip + Ipv4Header.BYTES) == Memory.nativeIntAt(other + Ipv4Header.BYTES)
                && Ipv4Header.protocol(ip) == Ipv4Header.protocol(other);
    }

    /** Of what {@link #isFlowOf} compares but the protocol, spread over all bits, the best at the top. */
    static int flowHash(long ip) {
        long addresses = Memory.nativeLongAt(ip + ADDRESSES);
        int ports = Memory.nativeIntAt(ip + Ipv4Header.BYTES);
        return ((int) (addresses ^ addresses >>> 32) * 31 + ports) * 0x9e3779b1;
    }

    /** Appends a packet of the same flow, if it is the one that comes next and fits. */
    boolean append(PacketBatch batch, int packet, int headerBytes) {
        long other = batch.start(packet) + EthernetHeader.BYTES;
        int bytes = batch.length(packet) - EthernetHeader.BYTES;
        int payload = bytes - headerBytes;
        if (complete || headerBytes != headers || payload <= 0 || payload > segmentBytes
                || totalBytes + payload > MOST_BYTES || !followsInIp(other) || !followsAbove(other)
                || !isIntact(other, bytes) || !beginsIntact()) {
            return false;
        }
        following[last] = packet;
        following[packet] = NONE;
        last = packet;
        pieces++;
        totalBytes += payload;
        complete = payload < segmentBytes || (isTcp() && TcpHeader.flags(upper(other)) != TcpHeader.flags(upper(ip)));
        return true;
    }

    /** Looked at only when there is a second packet: alone the first goes to the kernel as it is. */
    private boolean beginsIntact() {
        if (pieces == 1 && !isIntact(ip, totalBytes)) {
            complete = true;
        }
        return !complete;
    }

    private boolean followsInIp(long other) {
        boolean counted = Ipv4Header.identification(other) == (Ipv4Header.identification(ip) + pieces & 0xffff);
        return Memory.nativeShortAt(ip + FIRST_SHORT) == Memory.nativeShortAt(other + FIRST_SHORT)
                && Memory.nativeShortAt(ip + TIME_TO_LIVE) == Memory.nativeShortAt(other + TIME_TO_LIVE)
                && Ipv4Header.flags(ip) == Ipv4Header.flags(other)
                && (counted || Ipv4Header.dontFragment(ip));
    }

    private boolean followsAbove(long other) {
        long ours = upper(ip);
        long theirs = upper(other);
        if (!isTcp()) {
            return UdpHeader.checksum(ours) != 0 && UdpHeader.checksum(theirs) != 0;
        }
        return TcpHeader.sequence(theirs) == TcpHeader.sequence(ours) + totalBytes - headers
                && ((TcpHeader.flags(theirs) ^ TcpHeader.flags(ours)) & ~LAST_FLAGS) == 0
                && TcpHeader.acknowledgment(theirs) == TcpHeader.acknowledgment(ours)
                && TcpHeader.window(theirs) == TcpHeader.window(ours)
                && TcpHeader.urgentPointer(theirs) == TcpHeader.urgentPointer(ours)
                && optionsAreEqual(ours + TcpHeader.BYTES, theirs + TcpHeader.BYTES,
                        headers - Ipv4Header.BYTES - TcpHeader.BYTES);
    }

    private static boolean optionsAreEqual(long one, long other, int bytes) {
        for (int offset = 0; offset < bytes; offset += Integer.BYTES) {
            if (Memory.nativeIntAt(one + offset) != Memory.nativeIntAt(other + offset)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes one packet of all, in the first one's place, with the virtio-net header that goes with it.
     *
     * @param vector where to write a {@code struct iovec} for the header, for the first packet, and for each other
     *               one's payload
     * @return how many of them there are
     */
    int seal(PacketBatch batch, long header, long vector) {
        if (pieces == 1) {
            VirtioNetHeader.writePlain(header);
        } else {
            sealHeaders(header, upper(batch.start(last) + EthernetHeader.BYTES));
        }
        piece(vector, 0, header, VirtioNetHeader.BYTES);
        piece(vector, 1, ip, batch.length(first) - EthernetHeader.BYTES);
        int count = 2;
        for (int packet = following[first]; packet != NONE; packet = following[packet]) {
            long other = batch.start(packet) + EthernetHeader.BYTES;
            piece(vector, count++, other + headers, batch.length(packet) - EthernetHeader.BYTES - headers);
        }
        return count;
    }

    /** {@code struct iovec { void *base; size_t length; }}. */
    private static void piece(long vector, int index, long base, long bytes) {
        Memory.putNativeLong(vector + 16L * index, base);
        Memory.putNativeLong(vector + 16L * index + 8, bytes);
    }

    private void sealHeaders(long header, long lastUpper) {
        long upper = upper(ip);
        int upperBytes = totalBytes - Ipv4Header.BYTES;
        Ipv4Header.resize(ip, totalBytes, Ipv4Header.identification(ip));
        int pseudoHeader = ~Checksum.complete(Ipv4Header.pseudoHeaderSum(ip, upperBytes)) & 0xffff;
        if (isTcp()) {
            TcpHeader.putFlags(upper, TcpHeader.flags(lastUpper));
            TcpHeader.putChecksum(upper, pseudoHeader);
            VirtioNetHeader.write(header, VirtioNetHeader.GSO_TCPV4, headers, segmentBytes, Ipv4Header.BYTES,
                    TcpHeader.CHECKSUM);
        } else {
            UdpHeader.putLength(upper, upperBytes);
            UdpHeader.putChecksum(upper, pseudoHeader);
            VirtioNetHeader.write(header, VirtioNetHeader.GSO_UDP_L4, headers, segmentBytes, Ipv4Header.BYTES,
                    UdpHeader.CHECKSUM);
        }
    }

    /** Its first packet. */
    int first() {
        return first;
    }

    /** The packet behind one of its own, or {@link #NONE}. */
    int following(int packet) {
        return following[packet];
    }

    private boolean isTcp() {
        return Ipv4Header.protocol(ip) == Ipv4Header.TCP;
    }

    private static long upper(long ip) {
        return ip + Ipv4Header.BYTES;
    }
}

package io.gapura.engine.port;

import io.gapura.engine.wire.Checksum;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.TcpHeader;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.ffi.Memory;
import io.gapura.ffi.tun.VirtioNetHeader;

/**
 * What was read from a TUN device, to be taken from it packet by packet, as Ethernet frames:
 *
 * <pre>
 *   [virtio-net│IP│TCP│payload, up to 64 KiB                      ]
 *
 *    [Ethernet│IP│TCP│payload]  [Ethernet│IP│TCP│payload]  …          each with lengths, identification,
 *                                                                   sequence and checksums of its own
 * </pre>
 *
 * <p>An ordinary packet is one frame, its checksum completed if the kernel left that open. The Ethernet header has
 * no addresses. What contradicts itself or does not fit becomes a frame without content, for the worker to drop and
 * count.
 * Worker thread.
 */
final class LargeSegment {
    private final int mostBytes;
    private long ip;
    private boolean ipv4;
    private int ipHeaderBytes;
    /** IP and TCP or UDP, with options; 0 for an ordinary packet. */
    private int headerBytes;
    /** Of each packet but the last, which has what is left. */
    private int payloadBytes;
    private int payloadTotal;
    private int payloadTaken;
    private int taken;
    private boolean empty = true;
    private boolean tcp;
    /** Of an ordinary packet whose checksum is open: where its range begins and where it goes; or 0. */
    private int checksumStart;
    private int checksumAt;

    /** @param mostBytes of a packet that fits a chunk */
    LargeSegment(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Whether all has been taken. */
    boolean isEmpty() {
        return empty;
    }

    /** Starts with {@code bytes} bytes at {@code address}: the virtio-net header and a packet. */
    void load(long address, int bytes) {
        ip = address + VirtioNetHeader.BYTES;
        int packetBytes = bytes - VirtioNetHeader.BYTES;
        empty = false;
        taken = 0;
        payloadTaken = 0;
        headerBytes = 0;
        checksumStart = 0;
        ipv4 = packetBytes < 1 || IpHeader.isIpv4(ip);
        if (packetBytes < 1) {
            refuse();
        } else if (VirtioNetHeader.type(address) == VirtioNetHeader.GSO_NONE) {
            loadPlain(address, packetBytes);
        } else {
            loadLarge(address, packetBytes);
        }
    }

    /** One frame with nothing in it. */
    private void refuse() {
        headerBytes = 0;
        payloadTotal = 0;
        checksumStart = 0;
    }

    private void loadPlain(long header, int packetBytes) {
        payloadTotal = packetBytes;
        if (packetBytes > mostBytes) {
            refuse();
        } else if (VirtioNetHeader.needsChecksum(header)) {
            checksumStart = VirtioNetHeader.checksumStart(header);
            checksumAt = checksumStart + VirtioNetHeader.checksumOffset(header);
            if (checksumStart == 0 || checksumAt + Short.BYTES > packetBytes) {
                refuse();
            }
        }
    }

    private void loadLarge(long header, int packetBytes) {
        tcp = VirtioNetHeader.type(header) == (ipv4 ? VirtioNetHeader.GSO_TCPV4 : VirtioNetHeader.GSO_TCPV6);
        payloadBytes = VirtioNetHeader.segmentSize(header);
        headerBytes = isCuttable(header, packetBytes) ? ipHeaderBytes + upperHeaderBytes(packetBytes) : 0;
        payloadTotal = packetBytes - headerBytes;
        if (headerBytes == ipHeaderBytes || headerBytes == 0 || payloadTotal <= 0 || payloadBytes == 0
                || headerBytes + Math.min(payloadBytes, payloadTotal) > mostBytes) {
            refuse();
        }
    }

    private boolean isCuttable(long header, int packetBytes) {
        boolean known = tcp || VirtioNetHeader.type(header) == VirtioNetHeader.GSO_UDP_L4;
        return known && (ipv4 ? isCuttableIpv4(packetBytes) : isCuttableIpv6(packetBytes));
    }

    private boolean isCuttableIpv6(int packetBytes) {
        if (packetBytes < Ipv6Header.BYTES || !Ipv6Header.isSound(ip, packetBytes)
                || Ipv6Header.totalLength(ip) != packetBytes) {
            return false;
        }
        int chain = Ipv6Header.chain(ip);
        ipHeaderBytes = Ipv6Header.headerBytes(chain);
        return chain >= 0 && !Ipv6Header.isFragment(chain)
                && Ipv6Header.protocol(chain) == (tcp ? Ipv4Header.TCP : Ipv4Header.UDP);
    }

    private boolean isCuttableIpv4(int packetBytes) {
        ipHeaderBytes = Ipv4Header.headerBytes(ip);
        return packetBytes >= Ipv4Header.BYTES && ipHeaderBytes >= Ipv4Header.BYTES
                && Ipv4Header.totalLength(ip) == packetBytes && !Ipv4Header.isFragment(ip)
                && Ipv4Header.protocol(ip) == (tcp ? Ipv4Header.TCP : Ipv4Header.UDP);
    }

    /** The bytes of the TCP or UDP header, or 0 if it is not there whole. */
    private int upperHeaderBytes(int packetBytes) {
        int available = packetBytes - ipHeaderBytes;
        if (!tcp) {
            return available < UdpHeader.BYTES ? 0 : UdpHeader.BYTES;
        }
        int bytes = available < TcpHeader.BYTES ? 0 : TcpHeader.headerBytes(ip + ipHeaderBytes);
        return bytes < TcpHeader.BYTES || bytes > available ? 0 : bytes;
    }

    /** Writes the next frame to {@code frame}, where a chunk has room for it; its length in bytes. */
    int take(long frame) {
        EthernetHeader.write(frame, 0, 0, ipv4 ? EthernetHeader.TYPE_IPV4 : EthernetHeader.TYPE_IPV6);
        int bytes = headerBytes == 0 ? takeWhole(frame + EthernetHeader.BYTES) : cut(frame + EthernetHeader.BYTES);
        return EthernetHeader.BYTES + bytes;
    }

    private int takeWhole(long to) {
        empty = true;
        Memory.copy(ip, to, payloadTotal);
        if (checksumStart > 0) {
            int checksum = Checksum.complete(Checksum.partial(to + checksumStart, payloadTotal - checksumStart));
            UdpHeader.putChecksum(to + checksumAt - UdpHeader.CHECKSUM, checksum);
        }
        return payloadTotal;
    }

    private int cut(long to) {
        int payload = Math.min(payloadBytes, payloadTotal - payloadTaken);
        Memory.copy(ip, to, headerBytes);
        Memory.copy(ip + headerBytes + payloadTaken, to + headerBytes, payload);
        int bytes = headerBytes + payload;
        if (ipv4) {
            Ipv4Header.resize(to, bytes, Ipv4Header.identification(ip) + taken);
        } else {
            Ipv6Header.putPayloadLength(to, bytes - Ipv6Header.BYTES);
        }
        boolean last = payloadTaken + payload == payloadTotal;
        long upper = to + ipHeaderBytes;
        long pseudoHeader = ipv4
                ? Ipv4Header.pseudoHeaderSum(to, bytes - ipHeaderBytes)
                : Ipv6Header.pseudoHeaderSum(to, tcp ? Ipv4Header.TCP : Ipv4Header.UDP, bytes - ipHeaderBytes);
        if (tcp) {
            finishTcp(upper, bytes - ipHeaderBytes, last, pseudoHeader);
        } else {
            finishUdp(upper, bytes - ipHeaderBytes, pseudoHeader);
        }
        payloadTaken += payload;
        taken++;
        empty = last;
        return bytes;
    }

    /** PSH and FIN belong to the last packet, CWR to the first, RFC 3168 §6.1.2. */
    private void finishTcp(long at, int bytes, boolean last, long pseudoHeader) {
        int flags = TcpHeader.flags(at);
        flags &= last ? ~0 : ~(TcpHeader.PSH | TcpHeader.FIN);
        flags &= taken == 0 ? ~0 : ~TcpHeader.CWR;
        TcpHeader.putFlags(at, flags);
        TcpHeader.putSequence(at, TcpHeader.sequence(at) + payloadTaken);
        TcpHeader.putChecksum(at, 0);
        TcpHeader.putChecksum(at, Checksum.complete(pseudoHeader + Checksum.partial(at, bytes)));
    }

    private static void finishUdp(long at, int bytes, long pseudoHeader) {
        UdpHeader.putLength(at, bytes);
        Memory.putShort(at + UdpHeader.CHECKSUM, 0);
        UdpHeader.putChecksum(at, Checksum.complete(pseudoHeader + Checksum.partial(at, bytes)));
    }
}

package io.gapura.engine.worker;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IcmpHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Turns a packet that must be dropped into the ICMP error about it, in place: the datagram becomes the
 * error's quotation, and the headers grow in front of it.
 *
 * <pre>
 *               [Ethernet│IP datagram …                ]
 *   [Ethernet│IP  │ICMP  │IP datagram, ≤ 548 B]            back to its sender; ≤ 1232 B in IPv6
 * </pre>
 *
 * <p>Only towards the protected side, at most {@value #PER_SECOND} a second and worker, and never about what
 * RFC 1812 §4.3.2.7 or RFC 4443 §2.4 exclude. In the ledger the packet is dropped and the error is a generated one.
 */
final class IcmpErrors {
    static final int PER_SECOND = 1000;

    private static final long SECOND_NS = 1_000_000_000;
    /** RFC 1812 §4.3.2.3: as much of the datagram as fits in 576 bytes. */
    private static final int MOST_QUOTED_BYTES = 576 - Ipv4Header.BYTES - IcmpHeader.BYTES;
    /** RFC 4443 §2.4 (c): as much as fits in the least MTU. */
    private static final int MOST_QUOTED_BYTES_V6 = Ipv6Header.LEAST_MTU - Ipv6Header.BYTES - IcmpHeader.BYTES;
    private static final int TIME_TO_LIVE = 64;
    /** Internetwork control, RFC 1812 §4.3.2.5. */
    private static final int TYPE_OF_SERVICE = 0xc0;

    private final Port[] ports;
    private final WorkerCounters counters;
    /** To this host's own kernel, if there is a port to it. */
    private final @Nullable Adjacency host;
    private long secondNs;
    private int sentInSecond;

    IcmpErrors(Port[] ports, WorkerCounters counters, long nowNs) {
        this.ports = ports;
        int hostPort = Forwarding.hostPort(ports);
        this.host = hostPort == Forwarding.NONE ? null : Adjacency.resolved(hostPort, Integer.MAX_VALUE, 0, 0);
        this.counters = counters;
        this.secondNs = nowNs;
    }

    /** Drops a packet whose time to live ran out. */
    void timeExceeded(PacketBatch batch, int packet, Fib fib, long nowNs) {
        boolean ipv4 = IpHeader.isIpv4(batch.start(packet) + EthernetHeader.BYTES);
        refuse(batch, packet, fib, DropReason.TTL_EXPIRED,
                ipv4 ? IcmpHeader.TIME_EXCEEDED : IcmpHeader.TIME_EXCEEDED_V6, IcmpHeader.IN_TRANSIT, 0, nowNs);
    }

    /**
     * Drops a packet larger than {@code mtu} bytes; its sender learns why if it forbade fragments, RFC 1191 §4, as all
     * senders of IPv6 do, RFC 8201 §3, if they can do something about it.
     */
    void tooBig(PacketBatch batch, int packet, Fib fib, int mtu, long nowNs) {
        if (!IpHeader.isIpv4(batch.start(packet) + EthernetHeader.BYTES)) {
            refuse(batch, packet, fib, DropReason.TOO_BIG, IcmpHeader.PACKET_TOO_BIG_V6, 0,
                    Math.max(mtu, Ipv6Header.LEAST_MTU), nowNs);
        } else if (Ipv4Header.dontFragment(batch.start(packet) + EthernetHeader.BYTES)) {
            refuse(batch, packet, fib, DropReason.TOO_BIG, IcmpHeader.DESTINATION_UNREACHABLE,
                    IcmpHeader.FRAGMENTATION_NEEDED, mtu, nowNs);
        } else {
            batch.drop(packet, DropReason.TOO_BIG);
        }
    }

    private void refuse(PacketBatch batch, int packet, Fib fib, DropReason reason, int type, int code, int mtu,
            long nowNs) {
        long ip = batch.start(packet) + EthernetHeader.BYTES;
        Adjacency wayBack = batch.isOfHost() ? host : fib.towardsSource(ip);
        if (wayBack == null || !isOpen(wayBack, ip) || !deservesError(ip) || !withinRate(nowNs)) {
            batch.drop(packet, reason);
            return;
        }
        counters.add(reason, 1);
        counters.add(WorkerCounter.GENERATED, 1);
        batch.replace(packet, reason);
        if (IpHeader.isIpv4(ip)) {
            replace(batch, packet, wayBack, type, code, mtu);
        } else {
            replaceIpv6(batch, packet, wayBack, type, mtu);
        }
    }

    private void replace(PacketBatch batch, int packet, Adjacency wayBack, int type, int code, int mtu) {
        long quoted = batch.start(packet) + EthernetHeader.BYTES;
        int quotedBytes = Math.min(Ipv4Header.totalLength(quoted), MOST_QUOTED_BYTES);
        long icmp = quoted - IcmpHeader.BYTES;
        long ip = icmp - Ipv4Header.BYTES;
        long frame = ip - EthernetHeader.BYTES;
        int totalLength = Ipv4Header.BYTES + IcmpHeader.BYTES + quotedBytes;
        IcmpHeader.writeError(icmp, type, code, mtu, quotedBytes);
        Ipv4Header.write(ip, totalLength, TYPE_OF_SERVICE, 0, 0, TIME_TO_LIVE, Ipv4Header.ICMP,
                source(wayBack, quoted), Ipv4Header.source(quoted));
        batch.place(packet, frame, EthernetHeader.BYTES + totalLength);
        Forwarding.send(batch, packet, wayBack);
    }

    private void replaceIpv6(PacketBatch batch, int packet, Adjacency wayBack, int type, int mtu) {
        long quoted = batch.start(packet) + EthernetHeader.BYTES;
        int quotedBytes = Math.min(Ipv6Header.totalLength(quoted), MOST_QUOTED_BYTES_V6);
        long icmp = quoted - IcmpHeader.BYTES;
        long ip = icmp - Ipv6Header.BYTES;
        int icmpBytes = IcmpHeader.BYTES + quotedBytes;
        Ipv6Header.write(ip, TYPE_OF_SERVICE, 0, icmpBytes, Ipv6Header.ICMPV6, TIME_TO_LIVE);
        if (wayBack.equals(host)) {
            Ipv6Header.putSource(ip, Ipv6Header.destinationHigh(quoted), Ipv6Header.destinationLow(quoted));
        } else {
            IpAddress ours = ports[wayBack.port()].spec().ipv6();
            Ipv6Header.putSource(ip, ours.high(), ours.low());
        }
        Ipv6Header.putDestination(ip, Ipv6Header.sourceHigh(quoted), Ipv6Header.sourceLow(quoted));
        IcmpHeader.writeErrorV6(icmp, type, mtu, quotedBytes,
                Ipv6Header.pseudoHeaderSum(ip, Ipv6Header.ICMPV6, icmpBytes));
        batch.place(packet, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + Ipv6Header.BYTES + icmpBytes);
        Forwarding.send(batch, packet, wayBack);
    }

    /** No host takes a packet from its own address: it is told in the name of whom it wanted to reach. */
    private int source(Adjacency wayBack, long quoted) {
        return wayBack.equals(host) ? Ipv4Header.destination(quoted) : ports[wayBack.port()].spec().address();
    }

    /** Errors go to known neighbours on the protected side, from a port that has an address to send them from. */
    private boolean isOpen(Adjacency wayBack, long ip) {
        return wayBack.isResolved() && ports[wayBack.port()].role() == PortRole.PROTECTED
                && (wayBack.equals(host) || hasAddress(ports[wayBack.port()].spec(), ip));
    }

    private static boolean hasAddress(PortSpec port, long ip) {
        return IpHeader.isIpv4(ip) ? port.address() != 0 : !port.ipv6().isAny();
    }

    /** Not about ICMP errors and later fragments; martians have been dropped before. */
    private static boolean deservesError(long ip) {
        return IpHeader.isIpv4(ip) ? deservesErrorV4(ip) : deservesErrorV6(ip);
    }

    private static boolean deservesErrorV6(long ip) {
        int chain = Ipv6Header.chain(ip);
        int headerBytes = Ipv6Header.headerBytes(chain);
        boolean aboutError = Ipv6Header.protocol(chain) == Ipv6Header.ICMPV6
                && (Ipv6Header.totalLength(ip) == headerBytes
                        || IcmpHeader.isErrorV6(Memory.byteAt(ip + headerBytes)));
        return !aboutError && !Ipv6Header.isLaterFragment(chain);
    }

    private static boolean deservesErrorV4(long ip) {
        int headerBytes = Ipv4Header.headerBytes(ip);
        boolean aboutError = Ipv4Header.protocol(ip) == Ipv4Header.ICMP
                && (Ipv4Header.totalLength(ip) == headerBytes
                        || IcmpHeader.isError(Memory.byteAt(ip + headerBytes)));
        return !aboutError && !Ipv4Header.isLaterFragment(ip);
    }

    private boolean withinRate(long nowNs) {
        if (nowNs - secondNs >= SECOND_NS) {
            secondNs = nowNs;
            sentInSecond = 0;
        }
        return sentInSecond++ < PER_SECOND;
    }
}

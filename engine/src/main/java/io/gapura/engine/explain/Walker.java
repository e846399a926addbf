package io.gapura.engine.explain;

import io.gapura.engine.ah.AhInbound;
import io.gapura.engine.ah.AhOutbound;
import io.gapura.engine.ah.Overhead;
import io.gapura.engine.esp.EspInbound;
import io.gapura.engine.esp.EspTransport;
import io.gapura.engine.esp.Misfit;
import io.gapura.engine.explain.PacketWalk.Verdict;
import io.gapura.engine.explain.PacketWalk.Way;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.spd.Direction;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.UdpHeader;
import io.gapura.engine.worker.Tables;
import io.gapura.ffi.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a packet the way that a worker would, in the same order, without changing anything. Control thread: what it says of replay
 * windows and limits may be older by a batch.
 */
public final class Walker {
    private final Spd spd;
    private final Fib fib;
    private final Tables tables;
    private final List<Port> ports;

    /** @param ports any worker's, in the order of their indexes */
    public Walker(Tables tables, List<Port> ports) {
        this.spd = tables.spd();
        this.fib = tables.fib();
        this.tables = tables;
        this.ports = ports;
    }

    /** From which side the datagram at {@code ip} would come. */
    public PortRole sideOf(long ip, int available) {
        if (available < Ipv4Header.BYTES) {
            return PortRole.PROTECTED;
        }
        if (!IpHeader.isIpv4(ip) && available < Ipv6Header.BYTES) {
            return PortRole.PROTECTED;
        }
        Adjacency back = fib.lookup(IpHeader.isIpv4(ip)
                ? IpAddress.ofIpv4(Ipv4Header.source(ip))
                : new IpAddress(Ipv6Header.sourceHigh(ip), Ipv6Header.sourceLow(ip)));
        boolean fromOutside = back != null && back.hasPort() && ports.get(back.port()).role() == PortRole.UNPROTECTED;
        return fromOutside ? PortRole.UNPROTECTED : PortRole.PROTECTED;
    }

    /** The way of the datagram at {@code ip}, of which {@code available} bytes are there. */
    public PacketWalk walk(long ip, int available, PortRole from) {
        if (available < Ipv4Header.BYTES) {
            return PacketWalk.begin(Way.OUTBOUND, available).dropped(DropReason.RUNT);
        }
        boolean outbound = from == PortRole.PROTECTED;
        PacketWalk begun = PacketWalk.begin(outbound ? Way.OUTBOUND : Way.INBOUND_CLEAR, IpHeader.totalLength(ip));
        DropReason fault = fault(ip, available);
        if (fault != null) {
            return begun.dropped(fault);
        }
        return outbound ? outbound(begun, ip) : inbound(begun, ip);
    }

    private static @Nullable DropReason fault(long ip, int available) {
        if (IpHeader.isIpv4(ip)) {
            DropReason unsound = Ipv4Header.totalLength(ip) > available ? DropReason.RUNT : DropReason.BAD_HEADER;
            return Ipv4Header.isSound(ip, available) ? null : unsound;
        }
        if (available < Ipv6Header.BYTES || Ipv6Header.totalLength(ip) > available) {
            return DropReason.RUNT;
        }
        return Ipv6Header.isSound(ip, available) && Ipv6Header.chain(ip) >= 0 ? null : DropReason.BAD_HEADER;
    }

    private PacketWalk outbound(PacketWalk begun, long ip) {
        Flow flow = flow(Direction.OUTBOUND, ip);
        if (flow.isMartian()) {
            return begun.dropped(DropReason.MARTIAN);
        }
        int index = spd.outboundEntry(flow);
        if (index < 0 && flow.turnToQuoted(ip)) { // an ICMP error may pass as what it is about
            if (flow.isMartian()) {
                return begun.dropped(DropReason.MARTIAN);
            }
            index = spd.outboundEntry(flow);
        }
        PacketWalk decided = begun.decidedBy(entry(index));
        Policy policy = decided.policy();
        if (policy == null) {
            return decided.dropped(DropReason.NO_POLICY);
        }
        return switch (policy.action()) {
            case DISCARD -> decided.dropped(DropReason.POLICY_DISCARD);
            case BYPASS -> forward(decided, ip);
            case PROTECT -> protect(decided, ip, policy.tunnel());
        };
    }

    private static Flow flow(Direction direction, long ip) {
        Flow flow = new Flow(direction);
        flow.continues(ip);
        return flow;
    }

    private @Nullable Policy entry(int index) {
        return index < 0 ? null : spd.policies().get(index);
    }

    private PacketWalk protect(PacketWalk decided, long ip, int tunnel) {
        OutboundSa sa = tables.tunnels.outbound(tunnel, 0);
        if (sa == null) {
            return decided.ends(Verdict.HELD);
        }
        PacketWalk owned = decided.by(sa.spi, sa.worker);
        Adjacency nextHop = fib.lookup(sa.outer.destination());
        if (nextHop == null) {
            return owned.dropped(DropReason.NO_ROUTE);
        }
        if (IpHeader.timeToLive(ip) <= 1) {
            return owned.dropped(DropReason.TTL_EXPIRED);
        }
        int room = ports.getFirst().pool().maxFrameBytes() - Adjacency.HEADER_BYTES;
        int mtu = Math.min(nextHop.mtu(), sa.pathMtu);
        int largest = sa.transport ? Overhead.largest(sa, mtu, ip) : Overhead.innerMtu(sa, mtu);
        PacketWalk fitted = owned.within(Math.min(largest, room));
        int bytes = IpHeader.totalLength(ip);
        if (bytes > fitted.mtu()) {
            boolean refused = Misfit.of(sa, ip) == Misfit.REFUSED || bytes > largestCut(sa, ip, room);
            return refused
                    ? fitted.dropped(DropReason.TOO_BIG)
                    : leave(fitted, nextHop, Verdict.FRAGMENTED, PacketWalk.NONE);
        }
        DropReason refusal = sa.transport ? refusal(sa, ip) : null;
        if (refusal != null) {
            return fitted.dropped(refusal);
        }
        return leave(fitted, nextHop, Verdict.PROTECTED, Overhead.outerBytes(sa, ip));
    }

    private static @Nullable DropReason refusal(OutboundSa sa, long ip) {
        DropReason refusal = EspTransport.refusal(sa, ip);
        return refusal == null && sa.ah && !new AhOutbound().isPossible(ip) ? DropReason.BAD_AH_OPTIONS : refusal;
    }

    /** Cut before it is encrypted it may have any size. */
    private static int largestCut(OutboundSa sa, long ip, int room) {
        return Misfit.of(sa, ip) == Misfit.CUT_INSIDE ? Integer.MAX_VALUE : room;
    }

    private static PacketWalk leave(PacketWalk walk, Adjacency nextHop, Verdict verdict, int bytes) {
        return nextHop.isResolved() ? walk.leaves(verdict, nextHop.port(), bytes) : walk.ends(Verdict.KERNEL);
    }

    private PacketWalk forward(PacketWalk decided, long ip) {
        Adjacency nextHop = fib.towardsDestination(ip);
        if (nextHop == null) {
            return decided.dropped(DropReason.NO_ROUTE);
        }
        if (nextHop == Adjacency.LOCAL) {
            return decided.ends(Verdict.KERNEL);
        }
        if (IpHeader.timeToLive(ip) <= 1) {
            return decided.dropped(DropReason.TTL_EXPIRED);
        }
        PacketWalk fitted = decided.within(nextHop.mtu());
        int bytes = IpHeader.totalLength(ip);
        return bytes > fitted.mtu()
                ? tooBig(fitted, ip, nextHop)
                : leave(fitted, nextHop, Verdict.FORWARDED, bytes);
    }

    private static PacketWalk tooBig(PacketWalk fitted, long ip, Adjacency nextHop) {
        return IpHeader.dontFragment(ip)
                ? fitted.dropped(DropReason.TOO_BIG)
                : leave(fitted, nextHop, Verdict.FRAGMENTED, PacketWalk.NONE);
    }

    private PacketWalk inbound(PacketWalk begun, long ip) {
        if (IpHeader.isIpv4(ip)) {
            return inbound(begun, ip, Ipv4Header.protocol(ip), Ipv4Header.isFragment(ip), Ipv4Header.headerBytes(ip));
        }
        int chain = Ipv6Header.chain(ip);
        return inbound(begun, ip, Ipv6Header.protocol(chain), Ipv6Header.isFragment(chain),
                Ipv6Header.headerBytes(chain));
    }

    private PacketWalk inbound(PacketWalk begun, long ip, int protocol, boolean fragment, int headerBytes) {
        int bytes = IpHeader.totalLength(ip) - headerBytes;
        boolean local = fib.towardsDestination(ip) == Adjacency.LOCAL;
        if (local && protocol == Ipv4Header.ESP) {
            return fragment ? begun.dropped(DropReason.FRAGMENT) : esp(ip, ip + headerBytes, bytes);
        }
        if (local && protocol == Ipv4Header.AH) {
            return fragment ? begun.dropped(DropReason.FRAGMENT) : ah(ip, ip + headerBytes, bytes);
        }
        long udp = ip + headerBytes;
        if (local && !fragment && protocol == Ipv4Header.UDP && isEspInUdp(udp, bytes)) {
            return esp(ip, udp + UdpHeader.BYTES, bytes - UdpHeader.BYTES);
        }
        return clear(begun, ip, local);
    }

    private static boolean isEspInUdp(long udp, int bytes) {
        return bytes >= UdpHeader.BYTES + EspHeader.BYTES
                && UdpHeader.destinationPort(udp) == UdpHeader.NAT_TRAVERSAL_PORT
                && EspHeader.spi(udp + UdpHeader.BYTES) != 0;
    }

    private PacketWalk esp(long ip, long esp, int bytes) {
        PacketWalk begun = PacketWalk.begin(Way.INBOUND_ESP, IpHeader.totalLength(ip));
        if (EspInbound.isRunt(bytes)) {
            return begun.dropped(DropReason.RUNT);
        }
        InboundSa sa = tables.sad.inbound(EspHeader.spi(esp));
        if (sa == null || !sa.isFor(ip)) {
            return begun.by(EspHeader.spi(esp), PacketWalk.NONE).dropped(DropReason.UNKNOWN_SPI);
        }
        PacketWalk owned = begun.by(sa.spi, sa.worker);
        if (sa.ah) {
            return owned.dropped(DropReason.WRONG_PROTOCOL);
        }
        if (EspInbound.isRunt(sa, bytes)) {
            return owned.dropped(DropReason.RUNT);
        }
        if (EspInbound.isMisaligned(sa, bytes)) {
            return owned.dropped(DropReason.MISALIGNED);
        }
        return unlessReplayed(owned, sa, EspHeader.sequence(esp));
    }

    private static PacketWalk unlessReplayed(PacketWalk owned, InboundSa sa, int sequence) {
        return sa.window.check(sequence) == ReplayWindow.REPLAYED
                ? owned.dropped(DropReason.REPLAYED)
                : owned.ends(Verdict.DECRYPTED);
    }

    private PacketWalk ah(long ip, long ah, int bytes) {
        PacketWalk begun = PacketWalk.begin(Way.INBOUND_AH, IpHeader.totalLength(ip));
        if (bytes < AhHeader.BYTES) {
            return begun.dropped(DropReason.RUNT);
        }
        InboundSa sa = tables.sad.inbound(AhHeader.spi(ah));
        if (sa == null || !sa.isFor(ip)) {
            return begun.by(AhHeader.spi(ah), PacketWalk.NONE).dropped(DropReason.UNKNOWN_SPI);
        }
        PacketWalk owned = begun.by(sa.spi, sa.worker);
        DropReason fault = sa.ah ? AhInbound.fault(sa, ah, bytes) : DropReason.WRONG_PROTOCOL;
        return fault == null ? unlessReplayed(owned, sa, AhHeader.sequence(ah)) : owned.dropped(fault);
    }

    private PacketWalk clear(PacketWalk begun, long ip, boolean local) {
        Flow flow = flow(Direction.INBOUND, ip);
        if (flow.isMartian()) {
            return begun.dropped(DropReason.MARTIAN);
        }
        if (local) {
            return begun.ends(Verdict.KERNEL);
        }
        PacketWalk decided = begun.decidedBy(entry(spd.inboundEntry(flow)));
        Policy policy = decided.policy();
        if (policy == null) {
            return decided.dropped(DropReason.NO_POLICY);
        }
        return switch (policy.action()) {
            case BYPASS -> forward(decided, ip);
            case DISCARD -> decided.dropped(DropReason.POLICY_DISCARD);
            case PROTECT -> decided.dropped(DropReason.CLEAR_TEXT);
        };
    }
}

package io.gapura.engine.sad;

import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.IpAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What routers on the way to the peers have said that they can take, RFC 4301 §8.2: kept for each peer, for all SAs with it and those to
 * come, until it is old. Control thread.
 *
 * <p>Anybody can send such ICMP. Believed is what quotes an SA of ours to that peer and a sequence number that it has used lately; what it
 * says is never taken for less than {@value #FLOOR_BYTES} bytes in IPv4 and {@value #FLOOR_BYTES_V6} in IPv6, and forgotten after ten
 * minutes (RFC 1191 §6.3, RFC 8201 §4).
 */
public final class PathMtus {
    /** What every IPv4 path is supposed to take. */
    public static final int FLOOR_BYTES = 576;
    /** No link of IPv6 takes less, RFC 8200 §5. */
    public static final int FLOOR_BYTES_V6 = Ipv6Header.LEAST_MTU;
    /** A second's worth at 16 million packets per second: what comes later is about none of these. */
    private static final long LATE_PACKETS = 1 << 24;
    static final long AGE_NS = TimeUnit.MINUTES.toNanos(10);

    private final Tunnels tunnels;
    private final Map<IpAddress, Learnt> learnt = new HashMap<>();
    private int changes;

    /** What is known of the way to one peer. */
    private record Learnt(int mtu, long sinceNs) {}

    public PathMtus(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * A router says that it has dropped a packet of ours.
     *
     * @param destination the peer's address in what it quotes
     * @param spi         and the SPI
     * @param sequence    and the sequence number's low half
     * @param mtu         what it can take, in bytes; 0 from routers older than RFC 1191
     */
    public void onTooBig(IpAddress destination, int spi, int sequence, int mtu, long nowNs) {
        if (mtu <= 0 || !isOurs(destination, spi, sequence)) {
            return;
        }
        int believed = Math.max(mtu, destination.isIpv4() ? FLOOR_BYTES : FLOOR_BYTES_V6);
        Learnt before = learnt.get(destination);
        if (before == null || believed <= before.mtu) {
            learnt.put(destination, new Learnt(believed, nowNs));
            show(destination, believed);
        }
    }

    private boolean isOurs(IpAddress destination, int spi, int sequence) {
        boolean[] found = new boolean[1];
        tunnels.forEach(sa -> found[0] |= sa.spi == spi && sa.outer.destination().equals(destination)
                && wasUsed(sequence, sa.counters().packets()));
        return found[0];
    }

    /** By the low half of the sequence number: of an extended one ICMP quotes no more. */
    private static boolean wasUsed(int sequence, long last) {
        long ago = ((int) last - sequence) & 0xffff_ffffL;
        return ago < Math.min(last, LATE_PACKETS);
    }

    private void show(IpAddress destination, int mtu) {
        changes++;
        tunnels.forEach(sa -> {
            if (sa.outer.destination().equals(destination)) {
                sa.pathMtu = mtu;
            }
        });
    }

    /** What is known of the way to a peer, or {@link OutboundSa#UNKNOWN_PATH_MTU}. */
    public int of(IpAddress destination) {
        Learnt known = learnt.get(destination);
        return known == null ? OutboundSa.UNKNOWN_PATH_MTU : known.mtu;
    }

    /** Another number each time that something was learnt or forgotten. */
    public int changes() {
        return changes;
    }

    /** Tells a new SA what is known of its way. Before it is installed. */
    public void tell(OutboundSa sa) {
        sa.pathMtu = of(sa.outer.destination());
    }

    /** Forgets what is old: the way may have become wider. */
    public void expire(long nowNs) {
        for (Iterator<Map.Entry<IpAddress, Learnt>> all = learnt.entrySet().iterator(); all.hasNext();) {
            Map.Entry<IpAddress, Learnt> each = all.next();
            if (nowNs - each.getValue().sinceNs >= AGE_NS) {
                all.remove();
                show(each.getKey(), OutboundSa.UNKNOWN_PATH_MTU);
            }
        }
    }
}

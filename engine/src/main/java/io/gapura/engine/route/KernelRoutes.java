package io.gapura.engine.route;

import io.gapura.engine.port.PortSpec;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.netlink.Link;
import io.gapura.ffi.netlink.Neighbour;
import io.gapura.ffi.netlink.Route;
import io.gapura.ffi.netlink.Route.NextHop;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the kernel's routes and neighbours into a {@link Fib}, and keeps the kernel interested in the
 * neighbours: it does not see our packets, so it would neither resolve them nor notice when they go.
 *
 * <ul>
 * <li>A route by a gateway leads to that gateway's Ethernet address, a route to a link to each known
 * neighbour there.
 * <li>What is not resolved yet, by another interface than a port, or refused by a route, is the kernel's.
 * <li>A port without an Ethernet address is the host's own, and needs no neighbour.
 * <li>This host's own addresses and broadcasts are local. IPv6 addresses that count on one link only, and multicast, are
 * the kernel's alone: no port passes them on.
 * <li>Of several next hops the first usable one counts. Tables are local, main and default (253); policy
 * routing is not followed.
 * </ul>
 *
 * Control thread.
 */
public final class KernelRoutes {
    private static final int TABLE_DEFAULT = 253;
    private static final int MULTICAST = 0xff;
    private static final long ATTENTION_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private record Prefix(IpAddress address, int bits) {}

    private record Gateway(int ifIndex, IpAddress address) {}

    private final KernelTables tables;
    private final Map<Integer, PortSpec> portOfInterface;
    /** The gateways of the current routes, resolved or not. */
    private final Set<Gateway> gateways = new HashSet<>();
    /** The next hops that mean "on this link": a known neighbour there is a better answer. */
    private final Set<Adjacency> links = new HashSet<>();
    private Fib fib;
    private long attentionDueNs;

    /** Reads {@code tables} as they are; {@link #poll} keeps up with them. */
    public KernelRoutes(KernelTables tables, Collection<PortSpec> ports, long nowNs) {
        this.tables = tables;
        this.portOfInterface = ports.stream().collect(Collectors.toMap(PortSpec::ifIndex, Function.identity()));
        this.fib = build();
        this.attentionDueNs = nowNs;
    }

    /** What to publish to the engine. */
    public Fib fib() {
        return fib;
    }

    /** Takes in what has changed in the kernel; whether there is a new {@link #fib}. To be called often. */
    public boolean poll(long nowNs) {
        boolean changed = tables.poll();
        if (changed) {
            fib = build();
        }
        if (nowNs - attentionDueNs >= 0) {
            attentionDueNs = nowNs + ATTENTION_INTERVAL_NS;
            payAttention();
        }
        return changed;
    }

    /** Asks for gateways that are not resolved, and has neighbours checked that have gone stale. */
    private void payAttention() {
        for (Gateway gateway : gateways) {
            if (reachable(gateway.ifIndex, gateway.address) == null) {
                tables.use(gateway.ifIndex, gateway.address);
            }
        }
        for (Neighbour neighbour : tables.neighbours()) {
            if (neighbour.isStale() && portOfInterface.containsKey(neighbour.ifIndex())) {
                tables.use(neighbour.ifIndex(), neighbour.address());
            }
        }
    }

    private Fib build() {
        gateways.clear();
        links.clear();
        Fib.Builder builder = new Fib.Builder();
        bestRoutes().forEach((prefix, route) -> builder.add(prefix.address, prefix.bits, nextHop(route)));
        Fib routesAlone = builder.build();
        for (Neighbour neighbour : tables.neighbours()) {
            Adjacency link = neighbour.address().isLinkLocal() ? null : routesAlone.lookup(neighbour.address());
            if (link != null && links.contains(link) && neighbour.isReachable()) {
                refine(builder, link, neighbour);
            }
        }
        return builder.build();
    }

    /** A neighbour counts on the link that its route leads to. */
    private void refine(Fib.Builder builder, Adjacency link, Neighbour neighbour) {
        PortSpec port = portOfInterface.get(neighbour.ifIndex());
        if (port != null && port.index() == link.port()) {
            builder.add(neighbour.address(), neighbour.address().bits(),
                    Adjacency.resolved(port.index(), link.mtu(), neighbour.mac(),
                            port.mac()));
        }
    }

    /** For each prefix the route that the kernel would take. */
    private Map<Prefix, Route> bestRoutes() {
        Map<Prefix, Route> best = new HashMap<>();
        for (Route route : tables.routes()) {
            if (counts(route)) {
                best.merge(new Prefix(route.destination(), route.prefixBits()), route, KernelRoutes::better);
            }
        }
        return best;
    }

    private static boolean counts(Route route) {
        boolean looked = route.table() == Route.TABLE_LOCAL || route.table() == Route.TABLE_MAIN
                || route.table() == TABLE_DEFAULT;
        boolean dead = route.type() == Route.Type.UNICAST && usableHop(route) == null;
        return looked && !isOfOneLink(route.destination()) && route.typeOfService() == 0
                && route.type() != Route.Type.MULTICAST && !dead;
    }

    /** The same prefixes are on every link of IPv6. */
    private static boolean isOfOneLink(IpAddress destination) {
        return destination.isLinkLocal() || destination.high() >>> 56 == MULTICAST;
    }

    /** The tables are looked into in descending order of their numbers. */
    private static Route better(Route one, Route other) {
        if (one.table() != other.table()) {
            return one.table() > other.table() ? one : other;
        }
        return Integer.compareUnsigned(one.metric(), other.metric()) <= 0 ? one : other;
    }

    private static @Nullable NextHop usableHop(Route route) {
        return route.nextHops().stream().filter(NextHop::usable).findFirst().orElse(null);
    }

    private Adjacency nextHop(Route route) {
        return switch (route.type()) {
            case LOCAL, BROADCAST, ANYCAST -> Adjacency.LOCAL;
            case UNICAST -> unicastHop(route, Objects.requireNonNull(usableHop(route)));
            default -> Adjacency.FOREIGN;
        };
    }

    private Adjacency unicastHop(Route route, NextHop hop) {
        PortSpec port = portOfInterface.get(hop.ifIndex());
        if (port == null) {
            return Adjacency.FOREIGN;
        }
        int mtu = mtu(route, port);
        if (port.mac() == 0) {
            return Adjacency.resolved(port.index(), mtu, 0, 0); // without addresses on its link: there is one neighbour
        }
        IpAddress via = hop.gateway();
        if (via == null) {
            Adjacency link = Adjacency.unresolved(port.index(), mtu);
            links.add(link);
            return link;
        }
        gateways.add(new Gateway(hop.ifIndex(), via));
        Neighbour gateway = reachable(hop.ifIndex(), via);
        return gateway == null
                ? Adjacency.unresolved(port.index(), mtu)
                : Adjacency.resolved(port.index(), mtu, gateway.mac(), port.mac());
    }

    /** The smallest of the port's at start, the interface's now, and the route's own. */
    private int mtu(Route route, PortSpec port) {
        Link link = tables.link(port.ifIndex());
        int mtu = link == null ? port.mtu() : Math.min(port.mtu(), link.mtu());
        return route.mtu() > 0 ? Math.min(mtu, route.mtu()) : mtu;
    }

    private @Nullable Neighbour reachable(int ifIndex, IpAddress address) {
        Neighbour neighbour = tables.neighbour(ifIndex, address);
        return neighbour != null && neighbour.isReachable() ? neighbour : null;
    }
}

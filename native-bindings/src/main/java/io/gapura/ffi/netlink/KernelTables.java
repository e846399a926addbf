package io.gapura.ffi.netlink;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mirror of the kernel's interfaces, addresses, routes and neighbours in the network namespace of the
 * thread that opened it: read once, then kept by notifications.
 *
 * <p>Read again are: everything, when the kernel had to drop notifications (ENOBUFS); and the routes when an
 * interface or an address changes, since the kernel takes routes away with them without telling.
 * Routes that differ from another in the next hop only (ip route append) are not told apart: the last counts.
 * Control thread.
 */
public final class KernelTables implements AutoCloseable {
    private static final int GROUPS = Netlink.RTMGRP_LINK | Netlink.RTMGRP_NEIGH | Netlink.RTMGRP_IPV4_IFADDR
            | Netlink.RTMGRP_IPV4_ROUTE | Netlink.RTMGRP_IPV6_IFADDR | Netlink.RTMGRP_IPV6_ROUTE;
    /** Bounds one {@link #poll}: some thousand notifications. */
    private static final int MOST_DATAGRAMS = 1024;
    /** Flag of a neighbour in a request: as if a packet had just been sent to it. */
    private static final int NTF_USE = 0x01;

    private record RouteKey(int table, IpAddress destination, int prefixBits, int typeOfService, int metric) {}

    private record NeighbourKey(int ifIndex, IpAddress address) {}

    private final NetlinkSocket notifications = new NetlinkSocket(GROUPS);
    private final NetlinkSocket requests = new NetlinkSocket(0);
    private final Map<Integer, Link> links = new HashMap<>();
    private final Set<InterfaceAddress> addresses = new HashSet<>();
    private final Map<RouteKey, Route> routes = new HashMap<>();
    private final Map<NeighbourKey, Neighbour> neighbours = new HashMap<>();
    private boolean changed;
    private boolean routesDoubtful;

    private KernelTables() {
        readAll();
    }

    /** Subscribes first and reads then, so that no change is missed between. */
    public static KernelTables open() {
        return new KernelTables();
    }

    private void readAll() {
        requests.dump(Netlink.RTM_GETLINK, Netlink.AF_UNSPEC, links::clear, this::onMessage);
        readBoth(Netlink.RTM_GETADDR, addresses::clear);
        readBoth(Netlink.RTM_GETNEIGH, neighbours::clear);
        readRoutes();
    }

    /** Of IPv4, and then of IPv6; an answer of which that is torn does not cost the other's. */
    private void readBoth(int type, Runnable clear) {
        requests.dump(type, Netlink.AF_INET, clear, this::onMessage);
        requests.dump(type, Netlink.AF_INET6, () -> {}, this::onMessage);
    }

    private void readRoutes() {
        readBoth(Netlink.RTM_GETROUTE, routes::clear);
        routesDoubtful = false;
        changed = true;
    }

    /** Takes in the notifications that have come; whether anything that matters for forwarding has changed. */
    public boolean poll() {
        changed = false;
        try {
            drain();
        } catch (ErrnoException lost) {
            if (lost.errno() != Errno.ENOBUFS) {
                throw lost;
            }
            notifications.discard(); // they are older than the lost ones: to apply them after reading would be wrong
            readAll();
        }
        if (routesDoubtful) {
            readRoutes();
        }
        return changed;
    }

    private void drain() {
        for (int count = 0; count < MOST_DATAGRAMS; count++) {
            ByteBuffer datagram = notifications.receive();
            if (datagram == null) {
                return;
            }
            NetlinkMessage.forEach(datagram, this::onMessage);
        }
    }

    private void onMessage(NetlinkMessage message) {
        switch (message.type()) {
            case Netlink.RTM_NEWLINK -> with(Link::parse, message, this::onLink);
            case Netlink.RTM_DELLINK -> with(Link::parse, message, this::onLinkGone);
            case Netlink.RTM_NEWADDR -> with(InterfaceAddress::parse, message, this::onAddress);
            case Netlink.RTM_DELADDR -> with(InterfaceAddress::parse, message, this::onAddressGone);
            case Netlink.RTM_NEWROUTE -> with(Route::parse, message, this::onRoute);
            case Netlink.RTM_DELROUTE -> with(Route::parse, message, this::onRouteGone);
            case Netlink.RTM_NEWNEIGH -> with(Neighbour::parse, message, this::onNeighbour);
            case Netlink.RTM_DELNEIGH -> with(Neighbour::parse, message, this::onNeighbourGone);
            default -> {
            }
        }
    }

    private static <T> void with(Function<ByteBuffer, @Nullable T> parser, NetlinkMessage message, Consumer<T> event) {
        T parsed = parser.apply(message.body());
        if (parsed != null) {
            event.accept(parsed);
        }
    }

    private void onLink(Link link) {
        if (!link.equals(links.put(link.index(), link))) {
            routesDoubtful = true;
        }
    }

    private void onLinkGone(Link link) {
        links.remove(link.index());
        neighbours.keySet().removeIf(key -> key.ifIndex == link.index());
        addresses.removeIf(address -> address.ifIndex() == link.index());
        routesDoubtful = true;
    }

    private void onAddress(InterfaceAddress address) {
        routesDoubtful |= addresses.add(address);
    }

    private void onAddressGone(InterfaceAddress address) {
        routesDoubtful |= addresses.remove(address);
    }

    private void onRoute(Route route) {
        changed |= !route.equals(routes.put(key(route), route));
    }

    private void onRouteGone(Route route) {
        changed |= routes.remove(key(route)) != null;
    }

    private void onNeighbour(Neighbour neighbour) {
        Neighbour before = neighbours.put(key(neighbour), neighbour);
        changed |= before == null || before.isReachable() != neighbour.isReachable()
                || before.mac() != neighbour.mac();
    }

    private void onNeighbourGone(Neighbour neighbour) {
        changed |= neighbours.remove(key(neighbour)) != null;
    }

    private static RouteKey key(Route route) {
        return new RouteKey(route.table(), route.destination(), route.prefixBits(), route.typeOfService(),
                route.metric());
    }

    private static NeighbourKey key(Neighbour neighbour) {
        return new NeighbourKey(neighbour.ifIndex(), neighbour.address());
    }

    public Collection<Link> links() {
        return Collections.unmodifiableCollection(links.values());
    }

    public @Nullable Link link(int ifIndex) {
        return links.get(ifIndex);
    }

    /** The interface of the VLAN {@code id} of the interface called {@code trunk}; null if there is none. */
    public @Nullable Link vlan(String trunk, int id) {
        return links.values().stream().filter(link -> link.vlan() == id && isCalled(link.trunk(), trunk)).findFirst()
                .orElse(null);
    }

    private boolean isCalled(int ifIndex, String name) {
        Link link = links.get(ifIndex);
        return link != null && link.name().equals(name);
    }

    public Collection<InterfaceAddress> addresses() {
        return Collections.unmodifiableCollection(addresses);
    }

    public Collection<Route> routes() {
        return Collections.unmodifiableCollection(routes.values());
    }

    public Collection<Neighbour> neighbours() {
        return Collections.unmodifiableCollection(neighbours.values());
    }

    public @Nullable Neighbour neighbour(int ifIndex, IpAddress address) {
        return neighbours.get(new NeighbourKey(ifIndex, address));
    }

    /**
     * Makes the kernel treat a neighbour as one that packets are sent to: it resolves it, or checks a stale one.
     * Without this it would not, since it does not see our packets. The outcome comes as a notification.
     */
    public void use(int ifIndex, IpAddress address) {
        byte[] bytes = address.toBytes();
        int attributeBytes = Integer.BYTES + bytes.length;
        ByteBuffer body = ByteBuffer.allocate(Neighbour.HEADER_BYTES + attributeBytes).order(ByteOrder.nativeOrder());
        body.put(0, (byte) Netlink.family(address)).putInt(Neighbour.INDEX, ifIndex).put(Neighbour.FLAGS,
                (byte) NTF_USE);
        body.putShort(Neighbour.HEADER_BYTES, (short) attributeBytes).putShort(Neighbour.HEADER_BYTES + 2,
                (short) Neighbour.NDA_DST);
        body.put(Neighbour.HEADER_BYTES + Integer.BYTES, bytes);
        requests.send(Netlink.RTM_NEWNEIGH, Netlink.NLM_F_REQUEST | Netlink.NLM_F_CREATE, body.array());
        requests.discard(); // a refusal: the link is down or has gone, which a notification tells too
    }

    @Override
    public void close() {
        notifications.close();
        requests.close();
    }
}

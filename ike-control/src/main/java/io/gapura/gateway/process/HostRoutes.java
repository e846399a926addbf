package io.gapura.gateway.process;

import io.gapura.engine.port.TunSettings.Prefix;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that lead a host's own packets to its tunnels: one to each remote traffic selector. A selector that a peer
 * itself is in has none, or the packets that carry the tunnel would go into it.
 */
final class HostRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HostRoutes.class);
    private static final long ADDRESSES = 1L << 32;

    private HostRoutes() {
    }

    static List<Prefix> of(List<Connection> connections) {
        List<Long> peers = connections.stream().map(Connection::remoteAddress).filter(Objects::nonNull)
                .map(HostRoutes::number).toList();
        Set<Prefix> routes = new LinkedHashSet<>();
        for (Connection connection : connections) {
            for (Child child : connection.children()) {
                for (TrafficSelector selector : child.remoteTs()) {
                    add(routes, child.name(), selector, peers);
                }
            }
        }
        return new ArrayList<>(routes);
    }

    private static void add(Set<Prefix> routes, String child, TrafficSelector selector, List<Long> peers) {
        if (!selector.isIpv4()) {
            LOG.warn("child {}: no routes are made to its IPv6 selectors; make those that are needed", child);
            return;
        }
        long first = Integer.toUnsignedLong(selector.start().intAt(0));
        long end = Integer.toUnsignedLong(selector.end().intAt(0)) + 1;
        if (peers.stream().anyMatch(peer -> peer >= first && peer < end)) {
            LOG.warn("child {}: no route to {} is made, because a peer is in it; make those that are needed, and write"
                    + " routes: off", child, prefixes(first, end));
        } else {
            routes.addAll(prefixes(first, end));
        }
    }

    private static long number(InetAddress address) {
        return address.getAddress().length == Integer.BYTES
                ? Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt())
                : -1;
    }

    /** The fewest prefixes that together are the range: always the largest that begins where the last one ended. */
    static List<Prefix> prefixes(long first, long end) {
        List<Prefix> prefixes = new ArrayList<>();
        long next = first;
        while (next < end) {
            long size = next == 0 ? ADDRESSES : Long.lowestOneBit(next);
            while (size > end - next) {
                size >>= 1;
            }
            prefixes.add(new Prefix((int) next, Integer.SIZE - Long.numberOfTrailingZeros(size)));
            next += size;
        }
        return prefixes;
    }
}

package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many half-open IKE SAs come from where. What one sender has at its disposal counts as one origin: an IPv4
 * address, or an IPv6 network of 64 bits; a site of 48 bits has many of these. Control thread.
 */
final class Origins {
    private static final int IPV4_BYTES = 4;
    private static final int NETWORK_BYTES = 64 / Byte.SIZE;
    private static final int SITE_BYTES = 48 / Byte.SIZE;

    private final int limit;
    private final Map<Bytes, Integer> counts = new HashMap<>();

    /**
     * Nothing from nowhere.
     *
     * @param limit of an IPv4 address; a network of 64 bits may have twice as many, a site of 48 bits eight times
     */
    Origins(int limit) {
        this.limit = limit;
    }

    /** The address, or the network of 64 bits that it is in. */
    static Bytes of(InetAddress address) {
        Bytes bytes = Bytes.copyOf(address.getAddress());
        return bytes.length() == IPV4_BYTES ? bytes : bytes.slice(0, NETWORK_BYTES);
    }

    private static Bytes site(InetAddress address) {
        return Bytes.copyOf(address.getAddress()).slice(0, SITE_BYTES);
    }

    private static boolean isIpv4(InetAddress address) {
        return address.getAddress().length == IPV4_BYTES;
    }

    int count(InetAddress address) {
        return counts.getOrDefault(of(address), 0);
    }

    /** Whether one more would be too many. */
    boolean isFull(InetAddress address) {
        return isIpv4(address)
                ? count(address) >= limit
                : count(address) >= 2 * limit || counts.getOrDefault(site(address), 0) >= 8 * limit;
    }

    void enter(InetAddress address) {
        counts.merge(of(address), 1, Integer::sum);
        if (!isIpv4(address)) {
            counts.merge(site(address), 1, Integer::sum);
        }
    }

    void leave(InetAddress address) {
        leave(of(address));
        if (!isIpv4(address)) {
            leave(site(address));
        }
    }

    private void leave(Bytes origin) {
        counts.computeIfPresent(origin, (_, count) -> count == 1 ? null : count - 1);
    }
}

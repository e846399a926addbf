package io.gapura.gateway;

import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.PortRange;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The SPD as it follows from configuration and live tunnels, in this order (RFC 4301 §4.4.1): what the operator
 * wrote; what live tunnels protect; and what children would protect if they were up, which is discarded, so that
 * nothing of it ever goes in clear. Control thread.
 */
final class PolicyBook {
    private final List<Policy> explicit;
    private final List<Policy> closed = new ArrayList<>();
    private final Map<Integer, List<Policy>> live = new LinkedHashMap<>();

    PolicyBook(List<Policy> explicit, List<Connection> connections) {
        this.explicit = List.copyOf(explicit);
        for (Connection connection : connections) {
            for (Child child : connection.children()) {
                String name = connection.name() + "/" + child.name();
                for (Selector selector : selectors(child.localTs(), child.remoteTs())) {
                    closed.add(Policy.discard(name + " (down)", selector));
                }
            }
        }
    }

    void open(int tunnel, Selectors traffic) {
        String name = traffic.connection() + "/" + traffic.child();
        live.put(tunnel, selectors(traffic.local(), traffic.remote()).stream()
                .map(selector -> Policy.protect(name, selector, tunnel)).toList());
    }

    void close(int tunnel) {
        live.remove(tunnel);
    }

    Spd compile() {
        List<Policy> all = new ArrayList<>(explicit);
        live.values().forEach(all::addAll);
        all.addAll(closed);
        return Spd.compile(all);
    }

    /** Every pair of a local and a remote one whose protocols agree. */
    static List<Selector> selectors(List<TrafficSelector> local, List<TrafficSelector> remote) {
        List<Selector> selectors = new ArrayList<>();
        for (TrafficSelector here : local) {
            for (TrafficSelector there : remote) {
                boolean agree = here.protocol() == there.protocol() || here.protocol() == TrafficSelector.ANY_PROTOCOL
                        || there.protocol() == TrafficSelector.ANY_PROTOCOL;
                if (here.isIpv4() && there.isIpv4() && agree) {
                    selectors.add(new Selector(addresses(here), addresses(there),
                            Math.max(here.protocol(), there.protocol()), ports(here), ports(there)));
                }
            }
        }
        return selectors;
    }

    private static AddressRange addresses(TrafficSelector selector) {
        return new AddressRange(selector.start().intAt(0), selector.end().intAt(0));
    }

    private static PortRange ports(TrafficSelector selector) {
        return selector.isOpaque() ? PortRange.OPAQUE : new PortRange(selector.startPort(), selector.endPort());
    }
}

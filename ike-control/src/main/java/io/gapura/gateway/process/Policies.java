package io.gapura.gateway.process;

import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.PortRange;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes the SPD, in its order: the operator's explicit policies, then the tunnels that are up, then what
 * children are configured to carry, to be discarded while it has no tunnel. So nothing that should be protected
 * leaves in clear text. Control thread.
 */
final class Policies {
    private final List<Policy> explicit;
    private final List<Policy> discarded;
    private final Map<Integer, List<Policy>> tunnels = new LinkedHashMap<>();

    Policies(List<Policy> explicit, List<Connection> connections) {
        this.explicit = List.copyOf(explicit);
        this.discarded = connections.stream().flatMap(connection -> connection.children().stream()
                .flatMap(child -> discarded(connection, child).stream())).toList();
    }

    private static List<Policy> discarded(Connection connection, Child child) {
        String name = connection.name() + "/" + child.name();
        return pairs(child.localTs(), child.remoteTs()).stream().map(each -> Policy.discard(name, each)).toList();
    }

    void open(int tunnel, Selectors selectors) {
        String name = selectors.connection() + "/" + selectors.child();
        tunnels.put(tunnel, pairs(selectors.local(), selectors.remote()).stream()
                .map(selector -> Policy.protect(name, selector, tunnel)).toList());
    }

    void close(int tunnel) {
        tunnels.remove(tunnel);
    }

    int tunnels() {
        return tunnels.size();
    }

    Spd compile() {
        List<Policy> policies = new ArrayList<>(explicit);
        tunnels.values().forEach(policies::addAll);
        policies.addAll(discarded);
        return Spd.compile(policies);
    }

    /** Each local selector with each remote one of the same family and protocol. */
    static List<Selector> pairs(List<TrafficSelector> local, List<TrafficSelector> remote) {
        List<Selector> pairs = new ArrayList<>();
        for (TrafficSelector ours : local) {
            for (TrafficSelector theirs : remote) {
                if (ours.isIpv4() == theirs.isIpv4() && agree(ours.protocol(), theirs.protocol())) {
                    pairs.add(new Selector(addresses(ours), addresses(theirs),
                            Math.max(ours.protocol(), theirs.protocol()), ports(ours), ports(theirs)));
                }
            }
        }
        return pairs;
    }

    private static boolean agree(int protocol, int other) {
        return protocol == other || protocol == TrafficSelector.ANY_PROTOCOL || other == TrafficSelector.ANY_PROTOCOL;
    }

    private static AddressRange addresses(TrafficSelector selector) {
        return new AddressRange(IpAddress.of(selector.start().toArray()), IpAddress.of(selector.end().toArray()));
    }

    private static PortRange ports(TrafficSelector selector) {
        return selector.isOpaque() ? PortRange.OPAQUE : new PortRange(selector.startPort(), selector.endPort());
    }
}

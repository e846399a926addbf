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
import io.gapura.ike.config.StartAction;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What becomes the SPD, in its order: the operator's explicit policies, then the tunnels that are up, then what
 * children are configured to carry: to be discarded while it has no tunnel, or to ask for one if it is a trap. So nothing that should be protected
 * leaves in clear text. Control thread.
 */
final class Policies {
    private List<Policy> explicit = List.of();
    private List<Policy> untunneled = List.of();
    /** The tunnels that are never up: what wants them is told of. */
    private final Map<Integer, Trap> traps = new LinkedHashMap<>();
    private final Map<Integer, List<Policy>> tunnels = new LinkedHashMap<>();

    /** A child that is set up when there is a packet for it. */
    record Trap(String connection, String child) {}

    /**
     * What the operator wants.
     *
     * @param tunnels gives each trap a tunnel
     */
    Policies(List<Policy> explicit, List<Connection> connections, IntSupplier tunnels) {
        configure(explicit, connections, tunnels);
    }

    /** The same anew: tunnels that are up stay; the tunnels of the traps before, which nothing needs when this is published. */
    List<Integer> configure(List<Policy> newExplicit, List<Connection> connections, IntSupplier tunnels) {
        List<Integer> before = List.copyOf(traps.keySet());
        traps.clear();
        explicit = List.copyOf(newExplicit);
        List<Policy> rest = new ArrayList<>();
        for (Connection connection : connections) {
            for (Child child : connection.children()) {
                rest.addAll(child.startAction() == StartAction.TRAP
                        ? trapped(connection, child, tunnels.getAsInt())
                        : discarded(connection, child));
            }
        }
        untunneled = List.copyOf(rest);
        return before;
    }

    private static List<Policy> discarded(Connection connection, Child child) {
        String name = connection.name() + "/" + child.name();
        return pairs(child.localTs(), child.remoteTs()).stream().map(each -> Policy.discard(name, each)).toList();
    }

    private List<Policy> trapped(Connection connection, Child child, int tunnel) {
        traps.put(tunnel, new Trap(connection.name(), child.name()));
        String name = connection.name() + "/" + child.name();
        return pairs(child.localTs(), child.remoteTs()).stream().map(each -> Policy.protect(name, each, tunnel))
                .toList();
    }

    /** The child whose traffic wants this tunnel, if it is a trap. */
    @Nullable
    Trap trap(int tunnel) {
        return traps.get(tunnel);
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
        policies.addAll(untunneled);
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

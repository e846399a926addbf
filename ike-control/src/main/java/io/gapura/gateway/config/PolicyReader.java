package io.gapura.gateway.config;

import io.gapura.engine.spd.Action;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.PortRange;
import io.gapura.engine.spd.Selector;
import io.gapura.ffi.IpAddress;
import io.gapura.ike.message.TrafficSelector;
import java.util.ArrayList;
import java.util.List;

/** {@code policies}: traffic that passes in clear, and traffic that never passes. */
final class PolicyReader {
    private PolicyReader() {
    }

    static List<Policy> read(Value value) throws InvalidConfiguration {
        return value.list(entry -> Section.finished(entry.section(), PolicyReader::entry)).stream()
                .flatMap(List::stream).toList();
    }

    /** One for each pair of selectors. */
    private static List<Policy> entry(Section section) throws InvalidConfiguration {
        Action action = section.need("action", Action.DISCARD, PolicyReader::action);
        List<TrafficSelector> local = section.need("local_ts", List.of(), PolicyReader::selectors);
        List<TrafficSelector> remote = section.need("remote_ts", List.of(), PolicyReader::selectors);
        List<Policy> policies = new ArrayList<>();
        for (TrafficSelector from : local) {
            for (TrafficSelector to : remote) {
                Selector selector = section.checked(() -> selector(from, to));
                String name = section.path();
                policies.add(action == Action.BYPASS
                        ? Policy.bypass(name, selector)
                        : Policy.discard(name, selector));
            }
        }
        return policies;
    }

    private static Action action(Value value) throws InvalidConfiguration {
        Action action = value.choice(Action.class);
        if (action == Action.PROTECT) {
            throw value.fault("what is protected follows from the children of connections; write bypass or discard");
        }
        return action;
    }

    private static List<TrafficSelector> selectors(Value value) throws InvalidConfiguration {
        return value.list(element -> element.parse(text -> TrafficSelectors.parse(text, null)));
    }

    private static Selector selector(TrafficSelector local, TrafficSelector remote) {
        if (local.protocol() != remote.protocol() && local.protocol() != 0 && remote.protocol() != 0) {
            throw new IllegalArgumentException("local_ts and remote_ts are of different protocols");
        }
        if (local.isIpv4() != remote.isIpv4()) {
            throw new IllegalArgumentException("local_ts and remote_ts are of different families, IPv4 and IPv6");
        }
        return new Selector(addresses(local), addresses(remote), Math.max(local.protocol(), remote.protocol()),
                ports(local), ports(remote));
    }

    private static PortRange ports(TrafficSelector selector) {
        return selector.isOpaque() ? PortRange.OPAQUE : new PortRange(selector.startPort(), selector.endPort());
    }

    private static AddressRange addresses(TrafficSelector selector) {
        return new AddressRange(IpAddress.of(selector.start().toArray()), IpAddress.of(selector.end().toArray()));
    }
}

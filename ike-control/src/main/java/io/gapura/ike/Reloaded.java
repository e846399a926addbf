package io.gapura.ike;

import io.gapura.ike.config.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How one set of connections differs from another: names in the order of the configuration. */
public record Reloaded(List<String> added, List<String> changed, List<String> removed, List<String> unchanged) {
    public Reloaded {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        unchanged = List.copyOf(unchanged);
    }

    static Reloaded of(List<Connection> before, List<Connection> after) {
        Map<String, Connection> old = before.stream().collect(Collectors.toMap(Connection::name, Function.identity()));
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        for (Connection connection : after) {
            Connection was = old.remove(connection.name());
            (was == null ? added : was.equals(connection) ? unchanged : changed).add(connection.name());
        }
        List<String> removed = before.stream().map(Connection::name).filter(old::containsKey).toList();
        return new Reloaded(added, changed, removed, unchanged);
    }

    /** Those whose IKE SAs are not what is wanted any more. */
    List<String> gone() {
        return Stream.concat(changed.stream(), removed.stream()).toList();
    }

    /** Whether this one is to be set up as when it is loaded for the first time. */
    boolean isFresh(Connection connection) {
        return added.contains(connection.name()) || changed.contains(connection.name());
    }
}

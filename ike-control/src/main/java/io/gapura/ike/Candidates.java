package io.gapura.ike;

import io.gapura.ike.config.Connection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which connections are between two addresses, without asking each of thousands for every newcomer. Control thread. */
final class Candidates {
    private final Map<InetAddress, List<Placed>> byRemote = new HashMap<>();
    private final List<Placed> ofAnybody = new ArrayList<>();

    /** A connection, and where it stands in the configuration: the first one that fits is taken. */
    private record Placed(int place, Connection connection) {}

    /** Forgets those of before. */
    void load(List<Connection> connections) {
        byRemote.clear();
        ofAnybody.clear();
        int place = 0;
        for (Connection connection : connections) {
            Placed placed = new Placed(place++, connection);
            InetAddress remote = connection.remoteAddress();
            (remote == null ? ofAnybody : byRemote.computeIfAbsent(remote, _ -> new ArrayList<>())).add(placed);
        }
    }

    /** Those that may be between these two, in the order of the configuration. */
    List<Connection> between(InetAddress local, InetAddress remote) {
        return Stream.concat(byRemote.getOrDefault(remote, List.of()).stream(), ofAnybody.stream())
                .filter(each -> each.connection.isBetween(local, remote)).sorted(Comparator.comparingInt(Placed::place))
                .map(Placed::connection).toList();
    }
}

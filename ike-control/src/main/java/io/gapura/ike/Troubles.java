package io.gapura.ike;

import io.gapura.ike.config.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What went wrong last with each connection and each child, for whoever asks why it is not up. Control thread. */
final class Troubles {
    private final Map<Whose, Trouble> last = new HashMap<>();

    /** A child, or with an empty name the IKE SA itself. */
    private record Whose(String connection, String child) {}

    /** Forgets connections that are not configured any more. */
    void retain(List<Connection> connections) {
        Set<String> names = connections.stream().map(Connection::name).collect(Collectors.toSet());
        last.keySet().removeIf(whose -> !names.contains(whose.connection));
    }

    void note(String connection, String child, String reason, long nowNs) {
        if (!reason.isEmpty()) {
            last.compute(new Whose(connection, child), (_, before) -> new Trouble(reason, nowNs,
                    before != null && before.reason().equals(reason) ? before.times() + 1 : 1));
        }
    }

    /** The IKE SA is up. What its children ask for will be told anew. */
    void over(String connection) {
        last.keySet().removeIf(whose -> whose.connection.equals(connection));
    }

    @Nullable
    Trouble of(String connection, String child) {
        return last.get(new Whose(connection, child));
    }
}

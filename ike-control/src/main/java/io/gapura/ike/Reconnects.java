package io.gapura.ike;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.DpdAction;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.ChildSa;
import io.gapura.ike.sa.Closure;
import io.gapura.ike.sa.IkeSa;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Which connections are to be set up again, and when: at once at first, then less and less often. Control thread. */
final class Reconnects {
    private static final long FIRST_NS = Duration.ofSeconds(2).toNanos();
    private static final long LONGEST_NS = Duration.ofSeconds(60).toNanos();

    private final Map<String, Attempt> attempts = new LinkedHashMap<>();

    /** What is to be set up, by connection. */
    private static final class Attempt {
        private final Set<Child> children = new LinkedHashSet<>();
        private boolean waiting;
        private long atNs;
        private long delayNs;
    }

    /** One that is due. */
    record Due(Connection connection, List<Child> children) {}

    void onEstablished(IkeSa sa) {
        attempts.remove(sa.connection().name());
    }

    void onClosed(IkeSa sa, Closure closure, long nowNs) {
        List<Child> again = switch (closure) {
            case BY_US, REPLACED -> List.of();
            case PEER_SILENT, LOST_BY_PEER -> sa.children().stream().map(ChildSa::config)
                    .filter(child -> child.dpdAction() == DpdAction.RESTART).toList();
            case BY_PEER -> sa.children().stream().map(ChildSa::config)
                    .filter(child -> child.closeAction() == DpdAction.RESTART).toList();
            case FAILED, EXPIRED -> sa.role() == Role.INITIATOR ? wanted(sa) : List.of();
        };
        if (!again.isEmpty() && sa.connection().remoteAddress() != null) {
            schedule(sa.connection(), again, nowNs);
        }
    }

    /** Those that are to be up always, and those whose restart has failed. */
    private List<Child> wanted(IkeSa sa) {
        Connection connection = sa.connection();
        Set<Child> children = new LinkedHashSet<>(sa.insisted());
        Attempt attempt = attempts.get(connection.name());
        if (attempt != null) {
            children.addAll(attempt.children);
        }
        connection.children().stream().filter(child -> child.startAction() == StartAction.START)
                .forEach(children::add);
        return List.copyOf(children);
    }

    private void schedule(Connection connection, List<Child> children, long nowNs) {
        Attempt attempt = attempts.computeIfAbsent(connection.name(), _ -> new Attempt());
        attempt.children.addAll(children);
        attempt.waiting = true;
        attempt.atNs = nowNs + attempt.delayNs;
        attempt.delayNs = attempt.delayNs == 0 ? FIRST_NS : Math.min(2 * attempt.delayNs, LONGEST_NS);
    }

    /** Those whose time has come; each once. */
    List<Due> due(List<Connection> connections, long nowNs) {
        if (attempts.values().stream().noneMatch(attempt -> attempt.waiting && nowNs - attempt.atNs >= 0)) {
            return List.of();
        }
        List<Due> due = new ArrayList<>();
        for (Connection connection : connections) {
            Attempt attempt = attempts.get(connection.name());
            if (attempt != null && attempt.waiting && nowNs - attempt.atNs >= 0) {
                attempt.waiting = false;
                due.add(new Due(connection, List.copyOf(attempt.children)));
            }
        }
        return due;
    }

    /** Whether it will be set up again, in its time. */
    boolean isWaiting(String connection) {
        Attempt attempt = attempts.get(connection);
        return attempt != null && attempt.waiting;
    }

    OptionalLong dueInNs(String connection, long nowNs) {
        Attempt attempt = attempts.get(connection);
        return attempt == null || !attempt.waiting
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, attempt.atNs - nowNs));
    }

    void forget(String connection) {
        attempts.remove(connection);
    }

    void clear() {
        attempts.clear();
    }
}

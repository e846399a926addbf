package io.gapura.engine.spd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * First match among ordered policies of one family by tuple space search: selectors of the same {@link Shape} (prefix
 * lengths, one or any protocol and ports) share a hash table, so a lookup costs one probe per shape in use,
 * whatever the number of policies. Tables are tried in the order of their first entries, and the search ends
 * when no later table can hold an earlier entry than the one found.
 *
 * <p>An address range is made of prefixes, and a policy enters a table for each pair of its local and remote
 * ones; beyond {@link #MOST_PAIRS} pairs it goes to a list that is tried in order instead. Immutable; any thread.
 */
final class Classifier {
    /** More pairs of prefixes than this would cost more memory than the list costs time. */
    private static final int MOST_PAIRS = 64;

    /** Later than every entry. */
    private static final int NONE = Tuple.NONE;

    private final SelectorRows rows;
    private final int[] decisions;
    private final Tuple[] tuples;
    private final int[] listed;

    private Classifier(boolean ipv4, List<Policy> policies, List<Tuple> tuples, List<Integer> listed) {
        this.rows = SelectorRows.of(ipv4, policies.stream().map(Policy::selector).toList());
        this.decisions = policies.stream().mapToInt(Classifier::decision).toArray();
        this.tuples = tuples.toArray(Tuple[]::new);
        this.listed = listed.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Compiles those of {@code policies} of one family that look {@code way}; an entry's number is its index in the list. */
    static Classifier of(boolean ipv4, List<Policy> policies, Direction way) {
        Map<Shape, Tuple.Builder> builders = new LinkedHashMap<>();
        List<Integer> listed = new ArrayList<>();
        for (int entry = 0; entry < policies.size(); entry++) {
            Policy policy = policies.get(entry);
            if (policy.selector().isIpv4() == ipv4 && policy.direction().covers(way)
                    && !enterTables(builders, policy.selector(), entry)) {
                listed.add(entry);
            }
        }
        List<Tuple> tuples = builders.values().stream().map(Tuple.Builder::build)
                .sorted(Comparator.comparingInt(Tuple::firstEntry)).toList();
        return new Classifier(ipv4, policies, tuples, listed);
    }

    private static boolean enterTables(Map<Shape, Tuple.Builder> builders, Selector selector, int entry) {
        List<Prefix> locals = Prefix.of(selector.local());
        List<Prefix> remotes = Prefix.of(selector.remote());
        if (locals.size() * remotes.size() > MOST_PAIRS) {
            return false;
        }
        for (Prefix local : locals) {
            for (Prefix remote : remotes) {
                Shape shape = Shape.of(local, remote, selector);
                builders.computeIfAbsent(shape, each -> new Tuple.Builder(selector.isIpv4(), each))
                        .add(entry, local, remote, selector);
            }
        }
        return true;
    }

    private static int decision(Policy policy) {
        return switch (policy.action()) {
            case PROTECT -> policy.tunnel();
            case BYPASS -> Spd.BYPASS;
            case DISCARD -> Spd.DISCARD;
        };
    }

    int decide(Flow flow) {
        int entry = entry(flow);
        return entry < 0 ? Spd.NO_POLICY : decisions[entry];
    }

    /** The first entry that matches, or -1. */
    int entry(Flow flow) {
        int first = NONE;
        for (Tuple tuple : tuples) {
            if (tuple.firstEntry() > first) {
                break;
            }
            first = tuple.firstMatch(rows, first, flow);
        }
        first = firstListed(first, flow);
        return first == NONE ? -1 : first;
    }

    /**
     * Reads what {@link #decide} will read first. It decides by what it reads, and so waits for each word; this does not,
     * and many calls of it wait together. The sum means nothing.
     */
    long touch(Flow flow) {
        if (tuples.length == 0) {
            return 0;
        }
        int entry = tuples[0].candidate(flow);
        return rows.touch(entry) + decisions[entry];
    }

    private int firstListed(int before, Flow flow) {
        for (int entry : listed) {
            if (entry > before) {
                return before;
            }
            if (rows.matches(entry, flow)) {
                return entry;
            }
        }
        return before;
    }
}

package io.gapura.gateway.process;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Gives what is known by a random number a small one, for people to call it by. Control thread. */
final class Numbering {
    private final Map<Long, Integer> numbers = new HashMap<>();
    private int last;

    int of(long spi) {
        return numbers.computeIfAbsent(spi, _ -> ++last);
    }

    /** Forgets all others. */
    void retain(Collection<Long> spis) {
        numbers.keySet().retainAll(spis);
    }
}

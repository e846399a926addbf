package io.gapura.gateway.capture;

import java.util.Map;
import java.util.OptionalInt;

/** What IP carries, by the names that people write. */
final class Protocols {
    private static final Map<String, Integer> NUMBERS = Map.of("icmp", 1, "tcp", 6, "udp", 17, "esp", 50, "ah", 51,
            "icmp6", 58, "sctp", 132);

    private Protocols() {
    }

    static OptionalInt number(String name) {
        Integer number = NUMBERS.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}

package io.gapura.gateway.process;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The garbage collector decides how long a worker may be held up: tens of milliseconds with some. */
final class Collectors {
    private static final Logger LOG = LoggerFactory.getLogger(Collectors.class);

    private Collectors() {
    }

    /** Logs a hint unless the collector is one of those with short pauses. */
    static void advise() {
        List<String> names = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName).toList();
        if (names.stream().noneMatch(name -> name.startsWith("ZGC") || name.startsWith("Shenandoah"))) {
            LOG.warn("the garbage collector is {}: start with java -XX:+UseZGC or packets may wait for tens of"
                    + " milliseconds", String.join(" and ", names));
        }
    }
}

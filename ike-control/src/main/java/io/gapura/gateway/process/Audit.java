package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCaller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of who was shown what is secret: lines of a logger of its own. */
final class Audit {
    private static final Logger LOG = LoggerFactory.getLogger("gapura.audit");

    private Audit() {
    }

    static void record(ViciCaller caller, String what) {
        LOG.warn("audit: user {} {}", caller.user(), what);
    }

    /** Refuses whoever is not root, and records that too. */
    static void needRoot(ViciCaller caller, String what) {
        if (!caller.isRoot()) {
            record(caller, "was refused: " + what);
            throw new IllegalArgumentException(what + " is for root alone");
        }
    }
}

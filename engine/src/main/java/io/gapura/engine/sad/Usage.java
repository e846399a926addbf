package io.gapura.engine.sad;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counts of one direction of an SA, which extends this so as to hold them itself. Written by the worker that owns the SA, by opaque stores, so that any
 * thread reads whole and recent numbers.
 */
public abstract class Usage {
    private static final VarHandle PACKETS = count("packets");
    private static final VarHandle BYTES = count("bytes");
    private static final VarHandle LAST_USED_NS = count("lastUsedNs");
    private static final VarHandle REPLAYED = count("replayed");
    private static final VarHandle NOT_AUTHENTIC = count("notAuthentic");
    private static final VarHandle MISMATCHED = count("mismatched");

    private long packets;
    private long bytes;
    private long lastUsedNs;
    private long replayed;
    private long notAuthentic;
    private long mismatched;

    private static VarHandle count(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Usage.class, name, long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    Usage() {
    }

    /** The owner's own view. */
    final long packets() {
        return packets;
    }

    /** The owner's own view. */
    final long bytes() {
        return bytes;
    }

    /** How many packets and bytes there were, the last one at {@code nowNs}. */
    final void setUsage(long newPackets, long newBytes, long nowNs) {
        PACKETS.setOpaque(this, newPackets);
        BYTES.setOpaque(this, newBytes);
        if (lastUsedNs != nowNs) { // one reading of the clock serves a batch
            LAST_USED_NS.setOpaque(this, nowNs);
        }
    }

    public final void countReplayed() {
        REPLAYED.setOpaque(this, replayed + 1);
    }

    public final void countNotAuthentic() {
        NOT_AUTHENTIC.setOpaque(this, notAuthentic + 1);
    }

    /** Counts a packet that the SA's selectors do not permit. */
    public final void countMismatched() {
        MISMATCHED.setOpaque(this, mismatched + 1);
    }

    /** Any thread. */
    public final SaCounters counters() {
        return new SaCounters(opaque(PACKETS), opaque(BYTES), opaque(LAST_USED_NS), opaque(REPLAYED),
                opaque(NOT_AUTHENTIC), opaque(MISMATCHED));
    }

    private long opaque(VarHandle count) {
        return (long) count.getOpaque(this);
    }
}

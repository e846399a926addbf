package io.gapura.ike;

import java.util.concurrent.Callable;

/** What would hold up the control thread, done elsewhere: signatures by slow keys, lists of revoked certificates. */
public interface Errands {
    /** Holds up whoever asks. */
    Errands AT_ONCE = new Errands() {
        @Override
        public <T> void run(Callable<T> errand, long nowNs, Then<T> then) {
            T result;
            try {
                result = errand.call();
            } catch (Exception e) {
                then.failed(e, nowNs);
                return;
            }
            then.done(result, nowNs);
        }

        @Override
        public int finish(long nowNs) {
            return 0;
        }
    };

    /** Begins an errand; {@code then} is told of its end, by {@link #finish} or at once. Control thread. */
    <T> void run(Callable<T> errand, long nowNs, Then<T> then);

    /** Tells of the errands that have ended; how many. Control thread. */
    int finish(long nowNs);

    /** Goes on after an errand. Control thread. */
    interface Then<T> {
        void done(T result, long nowNs);

        void failed(Exception why, long nowNs);
    }
}

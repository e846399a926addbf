package io.gapura.ike.sa;

import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.Payload;
import java.util.List;

/**
 * An exchange that we begin. How the same exchange is answered stands in the same class.
 *
 * <p>{@link #request} is called when the exchange's turn has come, {@link #onResponse} when the answer is there.
 * If none comes, the whole IKE SA is given up.
 */
interface Exchange {
    ExchangeType type();

    /** Whether there is still reason for it, now that its turn has come. */
    default boolean isWanted() {
        return true;
    }

    List<Payload> request(long nowNs);

    /** Whether to take this answer; otherwise it is as if it had not come. For answers that anybody can forge. */
    default boolean accepts(IkeMessage response, long nowNs) {
        return true;
    }

    void onResponse(IkeMessage response, long nowNs);

    /** The IKE SA was closed meanwhile: gives back what was reserved. */
    default void abandon() {
    }
}

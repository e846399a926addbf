package io.gapura.ike;

import io.gapura.ike.auth.Fetcher;
import java.time.InstantSource;

/**
 * What proofs need of the world: somebody to do what takes long, somebody to ask about revoked certificates, the date.
 *
 * @param clock of certificates alone: nothing else depends on the date
 */
public record Outside(Errands errands, Fetcher fetcher, InstantSource clock) {
    /** Everything is done at once, and nobody is asked. */
    public static final Outside ALONE = new Outside(Errands.AT_ONCE, Fetcher.NONE, InstantSource.system());
}

package io.gapura.ike.config;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.message.Secret;

/**
 * A post-quantum pre-shared key, RFC 8784: mixed into the keys, it is what nobody learns who breaks the key exchange.
 *
 * @param id       by which both sides know it, sent encrypted
 * @param required whether to do without the peer rather than without the key
 * @param early    whether it may be agreed on in IKE_INTERMEDIATE, so that it protects IKE_AUTH too, RFC 9867
 */
public record Ppk(Identity id, Secret secret, boolean required, boolean early) {
    /** As early as the peer can. */
    public Ppk(Identity id, Secret secret, boolean required) {
        this(id, secret, required, true);
    }
}

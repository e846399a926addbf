package io.gapura.ike.config;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.message.Secret;

/**
 * A post-quantum pre-shared key, RFC 8784: mixed into the keys, it is what nobody learns who breaks the key exchange.
 *
 * @param id       by which both sides know it, sent encrypted
 * @param required whether to do without the peer rather than without the key
 */
public record Ppk(Identity id, Secret secret, boolean required) {}

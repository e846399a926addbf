/** Proposals, key exchange, key schedule and protection of IKE messages: RFC 7296 §2.7 to §2.18, RFC 7383. */
@NullMarked
package io.gapura.ike.crypto;

import org.jspecify.annotations.NullMarked;

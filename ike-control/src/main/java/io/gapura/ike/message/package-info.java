/** IKEv2 messages as immutable values, and their wire format: RFC 7296 §3, RFC 7383 §2.5. */
@NullMarked
package io.gapura.ike.message;

import org.jspecify.annotations.NullMarked;

/** Who the two sides are, and how they prove it: pre-shared keys, certificates, raw public keys. */
@NullMarked
package io.gapura.ike.auth;

import org.jspecify.annotations.NullMarked;

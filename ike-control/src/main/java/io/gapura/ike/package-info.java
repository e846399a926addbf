/** IKEv2. */
@NullMarked
package io.gapura.ike;

import org.jspecify.annotations.NullMarked;

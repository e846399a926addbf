/** IKE SAs, their children, and the exchanges that make, replace and end them (RFC 7296). No I/O, no clock. */
@NullMarked
package io.gapura.ike.sa;

import org.jspecify.annotations.NullMarked;

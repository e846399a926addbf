/** Keys and certificates: made, read from files and written into them. */
@NullMarked
package io.gapura.gateway.pki;

import org.jspecify.annotations.NullMarked;

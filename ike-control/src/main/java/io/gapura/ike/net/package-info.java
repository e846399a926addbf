/** IKE's UDP sockets, ports 500 and 4500. */
@NullMarked
package io.gapura.ike.net;

import org.jspecify.annotations.NullMarked;

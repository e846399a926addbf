/** AF_XDP: packet memory, sockets and their rings, and the program that chooses what they receive. */
@NullMarked
package io.gapura.ffi.afxdp;

import org.jspecify.annotations.NullMarked;

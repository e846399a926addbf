/** What Gapura needs of the C library: threads' cores, memory, sockets. */
@NullMarked
package io.gapura.ffi.libc;

import org.jspecify.annotations.NullMarked;

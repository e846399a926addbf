/** bpf(2): maps, programs assembled in Java, and links that end with the process. */
@NullMarked
package io.gapura.ffi.bpf;

import org.jspecify.annotations.NullMarked;

/** Frames to measure by: sent at a rate by the kernel from a program of ours, received by AF_XDP. */
@NullMarked
package io.gapura.ffi.traffic;

import org.jspecify.annotations.NullMarked;

/** DPDK without a C shim: its environment, devices, packet memory, and bursts by its exported function table. */
@NullMarked
package io.gapura.ffi.dpdk;

import org.jspecify.annotations.NullMarked;

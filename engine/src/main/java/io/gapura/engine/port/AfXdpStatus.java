package io.gapura.engine.port;

import io.gapura.ffi.afxdp.XskStatistics;
import io.gapura.ffi.bpf.XdpMode;

/**
 * How a port runs, and what the kernel counted for it.
 *
 * @param queues   of the device, all workers' together
 * @param zeroCopy whether the device reads and writes our packet memory itself
 * @param kernel   summed over the queues
 */
public record AfXdpStatus(XdpMode mode, boolean zeroCopy, int queues, XskStatistics kernel) {}

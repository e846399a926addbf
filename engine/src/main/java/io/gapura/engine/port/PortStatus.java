package io.gapura.engine.port;

/**
 * How a port runs, whatever its driver.
 *
 * @param mode     in the driver's words
 * @param zeroCopy whether the device reads and writes our packet memory itself
 * @param queues   for receiving, all workers' together
 * @param lost     frames that were lost before the engine saw them
 */
public record PortStatus(String mode, boolean zeroCopy, int queues, long lost) {}

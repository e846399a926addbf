/** Batches of packets, the buffers they lie in, and why a packet is dropped. */
@NullMarked
package io.gapura.engine.packet;

import org.jspecify.annotations.NullMarked;

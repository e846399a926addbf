/** The cipher suites a worker calls: keys, and batches of packets to seal or open. */
@NullMarked
package io.gapura.engine.crypto;

import org.jspecify.annotations.NullMarked;

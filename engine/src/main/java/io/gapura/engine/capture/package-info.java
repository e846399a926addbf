/** Copies of packets and of what became of them, for people who look for a fault. */
@NullMarked
package io.gapura.engine.capture;

import org.jspecify.annotations.NullMarked;

/** The worker: a thread that takes packets from ports, through ESP, to ports. */
@NullMarked
package io.gapura.engine.worker;

import org.jspecify.annotations.NullMarked;

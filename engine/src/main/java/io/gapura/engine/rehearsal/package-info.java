/** Runs the packet engine on made-up packets, so that its code is compiled before the first real one. */
@NullMarked
package io.gapura.engine.rehearsal;

import org.jspecify.annotations.NullMarked;

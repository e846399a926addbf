/** Ports: where Ethernet frames come from and go to. */
@NullMarked
package io.gapura.engine.port;

import org.jspecify.annotations.NullMarked;

/** The gateway process: configuration, control socket, command line. */
@NullMarked
package io.gapura.gateway;

import org.jspecify.annotations.NullMarked;

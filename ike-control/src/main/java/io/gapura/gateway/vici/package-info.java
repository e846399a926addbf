/** The control socket: strongSwan's vici protocol, by which {@code swanctl} and our own commands speak to the process. */
@NullMarked
package io.gapura.gateway.vici;

import org.jspecify.annotations.NullMarked;

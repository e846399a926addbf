/** The running gateway: one control thread that joins IKE, the packet engine, the kernel and the control socket. */
@NullMarked
package io.gapura.gateway.process;

import org.jspecify.annotations.NullMarked;

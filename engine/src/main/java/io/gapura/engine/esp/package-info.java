/** ESP in tunnel mode, RFC 4303: outbound and inbound, mirror images. */
@NullMarked
package io.gapura.engine.esp;

import org.jspecify.annotations.NullMarked;

/** AH, RFC 4302, in tunnel and transport mode: outbound and inbound, mirror images. */
@NullMarked
package io.gapura.engine.ah;

import org.jspecify.annotations.NullMarked;

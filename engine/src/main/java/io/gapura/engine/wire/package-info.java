/** Headers as they are on the wire: stateless accessors by address, lengths checked once by the caller. */
@NullMarked
package io.gapura.engine.wire;

import org.jspecify.annotations.NullMarked;

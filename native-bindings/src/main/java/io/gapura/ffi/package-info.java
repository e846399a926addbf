/** Panama FFM bindings: the only place of Gapura that makes restricted native calls. */
@NullMarked
package io.gapura.ffi;

import org.jspecify.annotations.NullMarked;

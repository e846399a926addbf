/** {@code gapura bench}: how fast the engine, its ciphers and IKE are on this machine, beside the bare library. */
@NullMarked
package io.gapura.gateway.bench;

import org.jspecify.annotations.NullMarked;

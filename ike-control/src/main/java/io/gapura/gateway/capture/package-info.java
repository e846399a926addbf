/** Captures as people ask for them and read them: filters in words, pcapng files. */
@NullMarked
package io.gapura.gateway.capture;

import org.jspecify.annotations.NullMarked;

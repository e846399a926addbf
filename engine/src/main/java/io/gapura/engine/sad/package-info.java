/** Security associations: found by SPI or tunnel, used by one worker, freed when no worker can hold them. */
@NullMarked
package io.gapura.engine.sad;

import org.jspecify.annotations.NullMarked;

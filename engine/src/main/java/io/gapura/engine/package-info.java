/** The packet engine: what ike-control and perf call. */
@NullMarked
package io.gapura.engine;

import org.jspecify.annotations.NullMarked;

/** What the workers count, and the ledger that must balance. */
@NullMarked
package io.gapura.engine.counters;

import org.jspecify.annotations.NullMarked;

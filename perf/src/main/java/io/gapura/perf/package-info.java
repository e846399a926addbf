/** Benchmarks. */
@NullMarked
package io.gapura.perf;

import org.jspecify.annotations.NullMarked;

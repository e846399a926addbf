/** What would become of a packet, and why: the workers' decisions taken once more, slowly and in the open. */
@NullMarked
package io.gapura.engine.explain;

import org.jspecify.annotations.NullMarked;

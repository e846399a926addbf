/** Next hops: the kernel's routes and neighbours as the workers see them. */
@NullMarked
package io.gapura.engine.route;

import org.jspecify.annotations.NullMarked;

/** The security policy database: ordered policies, and the immutable snapshot of them that workers look packets up in. */
@NullMarked
package io.gapura.engine.spd;

import org.jspecify.annotations.NullMarked;

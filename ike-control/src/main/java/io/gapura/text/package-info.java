/** What to say to people. */
@NullMarked
package io.gapura.text;

import org.jspecify.annotations.NullMarked;

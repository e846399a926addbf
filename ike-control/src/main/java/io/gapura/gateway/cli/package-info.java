/** The command line. */
@NullMarked
package io.gapura.gateway.cli;

import org.jspecify.annotations.NullMarked;

/** The configuration file: YAML with swanctl's names, read into records, and faults with their place in the file. */
@NullMarked
package io.gapura.gateway.config;

import org.jspecify.annotations.NullMarked;

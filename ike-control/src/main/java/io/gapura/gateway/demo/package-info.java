/** Two gateways in one process, joined by memory: what {@code gapura demo} shows. */
@NullMarked
package io.gapura.gateway.demo;

import org.jspecify.annotations.NullMarked;

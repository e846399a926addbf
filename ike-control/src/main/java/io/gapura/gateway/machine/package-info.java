/** What the machine has to offer: cores, queues, huge pages; so that a configuration can be held against it. */
@NullMarked
package io.gapura.gateway.machine;

import org.jspecify.annotations.NullMarked;

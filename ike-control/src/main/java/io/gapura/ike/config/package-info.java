/** What the operator wants of IKE, as values: connections, their children, identities. */
@NullMarked
package io.gapura.ike.config;

import org.jspecify.annotations.NullMarked;

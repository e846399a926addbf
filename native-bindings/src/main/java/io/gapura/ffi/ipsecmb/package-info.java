/** Intel's multi-buffer crypto library for IPsec: its direct AES-GCM functions, and its bursts of jobs. */
@NullMarked
package io.gapura.ffi.ipsecmb;

import org.jspecify.annotations.NullMarked;

/** What tests of all modules share: conditions on libraries and privileges, and network namespaces. */
@NullMarked
package io.gapura.ffi.test;

import org.jspecify.annotations.NullMarked;

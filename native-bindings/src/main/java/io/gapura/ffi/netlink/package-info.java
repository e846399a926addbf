/** The kernel's interfaces, addresses, routes and neighbours, read and followed by rtnetlink(7). */
@NullMarked
package io.gapura.ffi.netlink;

import org.jspecify.annotations.NullMarked;

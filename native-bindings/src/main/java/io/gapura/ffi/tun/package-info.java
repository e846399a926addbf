/** TUN devices with the virtio-net header: IP packets and large segments from and to the kernel. */
@NullMarked
package io.gapura.ffi.tun;

import org.jspecify.annotations.NullMarked;

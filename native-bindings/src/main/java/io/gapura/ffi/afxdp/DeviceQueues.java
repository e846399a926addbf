package io.gapura.ffi.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.NativeSocket;
import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** How many receive queues a device uses; each needs a socket, since it cannot be foretold which gets a frame. */
public final class DeviceQueues {
    private static final int AF_INET = 2;
    private static final int SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GCHANNELS = 0x3c;
    private static final int LONGEST_NAME = 15;

    private DeviceQueues() {
    }

    /** The receive queues of {@code device} that are in use; 1 if its driver has no notion of them. */
    public static int count(String device) {
        if (device.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("longer than the kernel's names: " + device);
        }
        try (NativeSocket socket = NativeSocket.open(AF_INET, NativeSocket.SOCK_DGRAM, 0);
                Arena arena = Arena.ofConfined()) {
            // struct ethtool_channels { u32 cmd, max_rx, max_tx, max_other, max_combined, rx, tx, other, combined; }
            MemorySegment channels = arena.allocate(36, 8);
            channels.set(JAVA_INT, 0, ETHTOOL_GCHANNELS);
            MemorySegment request = arena.allocate(40, 8); // struct ifreq { char name[16]; void *data; … }
            request.setString(0, device);
            request.set(JAVA_LONG, 16, channels.address());
            SystemCall.IOCTL.require("ioctl(ETHTOOL_GCHANNELS, " + device + ")", socket.descriptor(), SIOCETHTOOL,
                    request.address());
            return Math.max(1, channels.get(JAVA_INT, 20) + channels.get(JAVA_INT, 32));
        } catch (ErrnoException refused) {
            if (refused.errno() == Errno.EOPNOTSUPP) {
                return 1;
            }
            throw refused;
        }
    }
}

package io.gapura.ffi.tun;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A TUN device, tun(4): a network interface whose wire is this process. What the kernel routes to it is read from
 * its queues, what is written to them arrives there. TCP and UDP pass in large segments with unfinished
 * checksums, as through a network card with offloads.
 *
 * <p>The device is made in the network namespace of the calling thread, needs CAP_NET_ADMIN, and vanishes with its
 * last queue, unless it was there before ({@code ip tuntap add NAME mode tun multi_queue vnet_hdr}). Control
 * thread.
 */
public final class TunDevice implements AutoCloseable {
    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int CURRENT_DIRECTORY = -100;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    private static final int TUNSETIFF = 0x400454ca;
    private static final int TUNSETOFFLOAD = 0x400454d0;
    private static final int TUNSETVNETHDRSZ = 0x400454d8;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int TUN_F_CSUM = 0x01;
    private static final int TUN_F_TSO4 = 0x02;
    private static final int TUN_F_TSO6 = 0x04;
    private static final int TUN_F_TSO_ECN = 0x08;
    /** UDP; Linux 6.2. The kernel takes both or neither. */
    private static final int TUN_F_USO = 0x20 | 0x40;

    private static final int LONGEST_NAME = 15;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private final String name;
    private final List<TunQueue> queues = new ArrayList<>();
    private boolean udpSegments;

    private TunDevice(String name) {
        this.name = name;
    }

    /** Makes the device, or attaches to it, with {@code queues} queues. It is still down. */
    public static TunDevice open(String name, int queues) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("no name for a device: '" + name + "'");
        }
        TunDevice device = new TunDevice(name);
        try {
            for (int queue = 0; queue < queues; queue++) {
                device.attach();
            }
            return device;
        } catch (RuntimeException failed) {
            device.close();
            throw failed;
        }
    }

    private void attach() {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) SystemCall.OPENAT.require("open(" + CLONE_DEVICE + ")", CURRENT_DIRECTORY,
                    arena.allocateFrom(CLONE_DEVICE).address(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
            queues.add(new TunQueue(descriptor));
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8); // struct ifreq { char name[16]; short flags; … }
            request.setString(0, name);
            request.set(JAVA_SHORT, IFREQ_FLAGS, (short) (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE));
            SystemCall.IOCTL.require("ioctl(TUNSETIFF, " + name + ")", descriptor, TUNSETIFF, request.address());
            SystemCall.IOCTL.require("ioctl(TUNSETVNETHDRSZ)", descriptor, TUNSETVNETHDRSZ,
                    arena.allocateFrom(JAVA_INT, VirtioNetHeader.BYTES).address());
            offload(descriptor);
        }
    }

    /** What the kernel may leave to us; an older one leaves UDP whole, which is cut by the sender then. */
    private void offload(int descriptor) {
        int tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
        long result = SystemCall.IOCTL.attempt(descriptor, TUNSETOFFLOAD, tcp | TUN_F_USO, 0, 0, 0);
        udpSegments = result == 0;
        if (result == -Errno.EINVAL) {
            SystemCall.IOCTL.require("ioctl(TUNSETOFFLOAD)", descriptor, TUNSETOFFLOAD, tcp);
        } else if (result < 0) {
            throw new ErrnoException("ioctl(TUNSETOFFLOAD)", (int) -result);
        }
    }

    public String name() {
        return name;
    }

    /** In the order they were attached, which is the kernel's numbering. */
    public List<TunQueue> queues() {
        return List.copyOf(queues);
    }

    /** Whether the kernel knows large segments of UDP. */
    public boolean udpSegments() {
        return udpSegments;
    }

    @Override
    public void close() {
        queues.forEach(TunQueue::close);
    }
}

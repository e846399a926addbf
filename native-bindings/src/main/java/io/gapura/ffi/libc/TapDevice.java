package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A TAP device, tun(4): a network interface of the kernel's whose wire is this process, for Ethernet frames. Made, or
 * attached to if it is there already, in the network namespace of the calling thread; one that was made here vanishes
 * with {@link #close}. Needs CAP_NET_ADMIN.
 *
 * <p>{@link #read} by one thread, {@link #write} by any; neither waits. {@link #close} comes last.
 */
public final class TapDevice implements AutoCloseable {
    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int CURRENT_DIRECTORY = -100;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AF_INET = 2;

    private static final int TUNSETIFF = 0x400454ca;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int SIOCSIFADDR = 0x8916;
    private static final int SIOCSIFNETMASK = 0x891c;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int SIOCSIFHWADDR = 0x8924;
    private static final int IFF_UP = 1;
    private static final short ARPHRD_ETHER = 1;

    /** {@code struct ifreq { char name[16]; union { short flags; int mtu; struct sockaddr address; … }; }}. */
    private static final int REQUEST_BYTES = 40;
    private static final int VALUE = 16;
    /** Within {@code struct sockaddr}, behind the family; of an Internet address behind the port. */
    private static final int MAC = VALUE + 2;
    private static final int INTERNET_ADDRESS = VALUE + 4;

    private final String name;
    private final int descriptor;
    private boolean open = true;

    private TapDevice(String name, int descriptor) {
        this.name = name;
        this.descriptor = descriptor;
    }

    /** The device of that name, at most 15 characters. It is not up yet. */
    public static TapDevice open(String name) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) SystemCall.OPENAT.require("open(" + CLONE_DEVICE + ")", CURRENT_DIRECTORY,
                    arena.allocateFrom(CLONE_DEVICE).address(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
            TapDevice device = new TapDevice(name, descriptor);
            MemorySegment request = device.request(arena);
            request.set(JAVA_SHORT, VALUE, (short) (IFF_TAP | IFF_NO_PI));
            try {
                SystemCall.IOCTL.require("ioctl(TUNSETIFF, " + name + ")", descriptor, TUNSETIFF, request.address());
            } catch (ErrnoException refused) {
                device.close();
                throw refused;
            }
            return device;
        }
    }

    private MemorySegment request(Arena arena) {
        MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
        request.setString(0, name);
        return request;
    }

    /** Gives the interface the Ethernet address in the low 48 bits of {@code mac}. Before it is up. */
    public void mac(long mac) {
        configure("SIOCSIFHWADDR", SIOCSIFHWADDR, request -> {
            request.set(JAVA_SHORT, VALUE, ARPHRD_ETHER);
            Memory.putShort(request.address() + MAC, (int) (mac >>> 32));
            Memory.putInt(request.address() + MAC + 2, (int) mac);
        });
    }

    /** Sets the largest IP datagram, in bytes. */
    public void mtu(int bytes) {
        configure("SIOCSIFMTU", SIOCSIFMTU, request -> request.set(JAVA_INT, VALUE, bytes));
    }

    /** Makes {@code address} the interface's first IPv4 address. */
    public void address(int address, int prefixBits) {
        configure("SIOCSIFADDR", SIOCSIFADDR, request -> internet(request, address));
        configure("SIOCSIFNETMASK", SIOCSIFNETMASK,
                request -> internet(request, prefixBits == 0 ? 0 : -1 << (Integer.SIZE - prefixBits)));
    }

    private static void internet(MemorySegment request, int value) {
        request.set(JAVA_SHORT, VALUE, (short) AF_INET);
        Memory.putInt(request.address() + INTERNET_ADDRESS, value);
    }

    public void up() {
        try (NativeSocket socket = NativeSocket.open(AF_INET, NativeSocket.SOCK_DGRAM, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena);
            SystemCall.IOCTL.require(call("SIOCGIFFLAGS"), socket.descriptor(), SIOCGIFFLAGS, request.address());
            request.set(JAVA_SHORT, VALUE, (short) (request.get(JAVA_SHORT, VALUE) | IFF_UP));
            SystemCall.IOCTL.require(call("SIOCSIFFLAGS"), socket.descriptor(), SIOCSIFFLAGS, request.address());
        }
    }

    private void configure(String what, int code, Consumer<MemorySegment> value) {
        try (NativeSocket socket = NativeSocket.open(AF_INET, NativeSocket.SOCK_DGRAM, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena);
            value.accept(request);
            SystemCall.IOCTL.require(call(what), socket.descriptor(), code, request.address());
        }
    }

    private String call(String what) {
        return "ioctl(" + what + ", " + name + ")";
    }

    public String name() {
        return name;
    }

    public int descriptor() {
        return descriptor;
    }

    /** Takes a frame that the kernel sends to {@code address}: its length, or negative errno, EAGAIN if there is none. */
    public int read(long address, int bytes) {
        return (int) SystemCall.READ.attempt(descriptor, address, bytes, 0, 0, 0);
    }

    /** Gives the kernel a frame: how many bytes it took, or negative errno. */
    public int write(long address, int bytes) {
        return (int) SystemCall.WRITE.attempt(descriptor, address, bytes, 0, 0, 0);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            SystemCall.CLOSE.attempt(descriptor, 0, 0, 0, 0, 0);
        }
    }
}

package io.gapura.ffi.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.gapura.ffi.bpf.BpfMap;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.libc.NativeSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An AF_XDP socket: one queue of one interface, through four rings of its own.
 *
 * <pre>
 *   we ── fill ──▶ kernel      chunks to receive into         u64 offset
 *   we ◀─ receive ─ kernel     frames that arrived            offset, length
 *   we ── send ──▶ kernel      frames to send                 offset, length
 *   we ◀─ completion ─ kernel  frames sent, chunks ours again u64 offset
 * </pre>
 *
 * The first socket of a {@link Umem} registers it; the others, on whatever interface, bind with
 * XDP_SHARED_UMEM and take over its copy mode. Rings and wake-ups belong to one thread, the rest to any.
 */
public final class XskSocket implements AutoCloseable {
    /** A device's queue stays busy for 30 to 45 ms after its last socket was closed. */
    private static final long BIND_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(1000);
    private static final long BIND_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Umem umem;
    private final NativeSocket socket;
    private final XskRings rings;

    /** False of a socket that was made for {@link XskLoopback}. */
    private final boolean ofDevice;

    private XskSocket(Umem umem, NativeSocket socket, XskRings rings, boolean ofDevice) {
        this.umem = umem;
        this.socket = socket;
        this.rings = rings;
        this.ofDevice = ofDevice;
    }

    /** One that is of no device: whoever holds the other ends of {@code rings} and {@code socket} plays the kernel. */
    static XskSocket unattached(Umem umem, NativeSocket socket, XskRings rings) {
        return new XskSocket(umem, socket, rings, false);
    }

    /**
     * Opens a socket on queue {@code queue} of {@code device}. It receives nothing before its fill ring holds
     * chunks and an XDP program redirects frames to it. Needs CAP_NET_RAW.
     */
    public static XskSocket open(String device, int queue, Umem umem, XskSettings settings) {
        int ifIndex = InterfaceIndex.of(device);
        XskSocket opened = unbound(umem, settings);
        try {
            String call = "bind(AF_XDP, " + device + " queue " + queue + ", " + settings.copyMode() + ")";
            opened.bind(call, ifIndex, queue, settings);
            return opened;
        } catch (ErrnoException refused) {
            opened.close();
            throw refused;
        }
    }

    private static XskSocket unbound(Umem umem, XskSettings settings) {
        NativeSocket socket = NativeSocket.open(Xdp.AF_XDP, NativeSocket.SOCK_RAW, 0);
        try {
            umem.register(socket);
            return new XskSocket(umem, socket, XskRings.create(socket, settings), true);
        } catch (ErrnoException refused) {
            umem.unregister(socket);
            socket.close();
            throw refused;
        }
    }

    private void bind(String call, int ifIndex, int queue, XskSettings settings) {
        if (settings.sendBudget() > 0) {
            tryToSetBudget(settings.sendBudget());
        }
        boolean shares = umem.registration() != socket.descriptor();
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr_xdp { u16 family, flags; u32 ifindex, queue_id, shared_umem_fd; }
            MemorySegment address = arena.allocate(16, 4);
            address.set(JAVA_SHORT, 0, (short) Xdp.AF_XDP);
            address.set(JAVA_SHORT, 2, (short) (shares ? Xdp.XDP_SHARED_UMEM : flags(settings)));
            address.set(JAVA_INT, 4, ifIndex);
            address.set(JAVA_INT, 8, queue);
            address.set(JAVA_INT, 12, shares ? umem.registration() : 0);
            bindPatiently(socket, call, address);
        }
    }

    /** Beside XDP_SHARED_UMEM the kernel allows none of these. */
    private static int flags(XskSettings settings) {
        return settings.copyMode().flag() | (settings.needWakeup() ? Xdp.XDP_USE_NEED_WAKEUP : 0);
    }

    /** Kernels without this option say ENOPROTOOPT; those with it EACCES outside 32 to the ring's size. */
    private void tryToSetBudget(int frames) {
        try {
            socket.setOption("setsockopt(XDP_MAX_TX_SKB_BUDGET, " + frames + ")", Xdp.SOL_XDP,
                    Xdp.XDP_MAX_TX_SKB_BUDGET, frames);
        } catch (ErrnoException refused) {
            if (refused.errno() != Errno.ENOPROTOOPT) {
                throw refused;
            }
        }
    }

    private static void bindPatiently(NativeSocket socket, String call, MemorySegment address) {
        long deadlineNs = System.nanoTime() + BIND_PATIENCE_NS;
        while (true) {
            try {
                socket.bind(call, address);
                return;
            } catch (ErrnoException refused) {
                if (refused.errno() != Errno.EBUSY || System.nanoTime() - deadlineNs > 0) {
                    throw refused;
                }
                LockSupport.parkNanos(BIND_RETRY_NS);
            }
        }
    }

    public XskRing receiveRing() {
        return rings.receive();
    }

    public XskRing sendRing() {
        return rings.send();
    }

    public XskRing fillRing() {
        return rings.fill();
    }

    public XskRing completionRing() {
        return rings.completion();
    }

    /**
     * Makes the kernel look at the send ring. In copy mode this is where frames are sent, a budget of them at a
     * time.
     *
     * @return 0; or EAGAIN: more are waiting; EBUSY: the device dropped a frame and stopped there; or another errno
     */
    public int wakeSender() {
        return (int) -Math.min(0, socket.send(0, 0, NativeSocket.MSG_DONTWAIT));
    }

    /** Makes the kernel look at the fill ring. */
    public void wakeReceiver() {
        socket.receive(0, 0, NativeSocket.MSG_DONTWAIT);
    }

    /** Whether the device reads and writes the packet memory itself, XDP_OPTIONS. */
    public boolean zeroCopy() {
        if (!ofDevice) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(JAVA_INT);
            socket.option("getsockopt(XDP_OPTIONS)", Xdp.SOL_XDP, Xdp.XDP_OPTIONS, options);
            return (options.get(JAVA_INT, 0) & Xdp.XDP_OPTIONS_ZEROCOPY) != 0;
        }
    }

    /** What the kernel has counted since the socket was opened. Any thread. */
    public XskStatistics statistics() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment counters = arena.allocate(6 * Long.BYTES, 8); // older kernels fill in the first three
            socket.option("getsockopt(XDP_STATISTICS)", Xdp.SOL_XDP, Xdp.XDP_STATISTICS, counters);
            return new XskStatistics(counters.get(JAVA_LONG, 0), counters.get(JAVA_LONG, 8),
                    counters.get(JAVA_LONG, 16), counters.get(JAVA_LONG, 24), counters.get(JAVA_LONG, 32),
                    counters.get(JAVA_LONG, 40));
        }
    }

    public Umem umem() {
        return umem;
    }

    /** Lets programs that redirect to {@code queue} of {@code sockets} redirect to this one. */
    public void feedBy(BpfMap sockets, int queue) {
        sockets.put(queue, socket.descriptor());
    }

    int descriptor() {
        return socket.descriptor();
    }

    @Override
    public void close() {
        umem.unregister(socket);
        rings.close();
        socket.close();
    }
}

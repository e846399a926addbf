package io.gapura.engine.packet;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Up to 64 packets on their way through a worker: where each Ethernet frame starts, how long it is, and its
 * fate. All lie in the worker's {@link BufferPool}.
 *
 * <p>A packet comes in with the fate of being dropped as {@link DropReason#INTERNAL_ERROR}: it leaves only
 * if some step decides so. The last decision counts. Owner: the worker that received it.
 *
 * <p>The rows are off-heap, as packets are: an array each would cost a collector's barrier and a bounds check
 * at every access.
 *
 * <pre>
 *    0  start   8   address of the frame's first byte
 *    8  length  4   bytes, Ethernet header included
 *   12  fate    4   the index of the port to leave by; or ~ordinal of the drop reason; or to the kernel, or kept
 * </pre>
 */
public final class PacketBatch {
    /** Enough to amortise each stage, few enough for headers and rows to stay in the first-level cache. */
    public static final int CAPACITY = 64;

    /** No batch has more bytes of IP. */
    public static final long MOST_BYTES = CAPACITY * 65_535L;

    private static final int TO_KERNEL = Integer.MIN_VALUE;
    private static final int KEPT = TO_KERNEL + 1;
    private static final int UNDECIDED = ~DropReason.INTERNAL_ERROR.ordinal();

    private static final int LENGTH = 8;
    private static final int FATE = 12;
    private static final int ROW_BYTES = 16;

    private final int limit;
    private final MemorySegment rows = Arena.ofAuto().allocate((long) CAPACITY * ROW_BYTES, 64);
    private final long firstRow = rows.address();
    /** Of the ports that packets were ever forwarded to, the indexes modulo 64, as bits. */
    private long egressPorts;
    /** Those that gave way to a packet made here, as bits; and why they were dropped. */
    private long replaced;
    private final byte[] replacedFor = new byte[CAPACITY];
    private int size;
    private boolean ofHost;

    public PacketBatch() {
        this(CAPACITY);
    }

    /** @param limit how many packets it takes, up to {@link #CAPACITY} */
    public PacketBatch(int limit) {
        if (limit < 1 || limit > CAPACITY) {
            throw new IllegalArgumentException("a batch has 1 to " + CAPACITY + " packets, not " + limit);
        }
        this.limit = limit;
    }

    public void clear() {
        size = 0;
        egressPorts = 0;
        replaced = 0;
        ofHost = false;
    }

    /** As {@link #clear}, for more packets from where the last ones came. */
    public void restart() {
        boolean same = ofHost;
        clear();
        ofHost = same;
    }

    /** All its packets come from this host's own kernel. */
    public void markOfHost() {
        ofHost = true;
    }

    /**
     * Whether the packets come from this host's own kernel: it sent them, or forwarded them and took from their time
     * to live what a hop takes, so nobody here does it again; and errors about them are the kernel's to deliver.
     */
    public boolean isOfHost() {
        return ofHost;
    }

    /** Appends a frame of {@code bytes} bytes at {@code address}. The batch must not be full. */
    public void add(long address, int bytes) {
        if (size == limit) {
            throw new IllegalStateException("the batch is full");
        }
        long row = row(size++);
        Memory.putNativeLong(row, address);
        Memory.putNativeInt(row + LENGTH, bytes);
        Memory.putNativeInt(row + FATE, UNDECIDED);
    }

    private long row(int packet) {
        return firstRow + (long) packet * ROW_BYTES;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == limit;
    }

    /** How many packets it still takes. */
    public int room() {
        return limit - size;
    }

    /** The absolute address of the frame's first byte. */
    public long start(int packet) {
        return Memory.nativeLongAt(row(packet));
    }

    /** The frame's length in bytes, Ethernet header included. */
    public int length(int packet) {
        return Memory.nativeIntAt(row(packet) + LENGTH);
    }

    /** The frame now lies at {@code address}, in the same chunk. */
    public void place(int packet, long address, int bytes) {
        long row = row(packet);
        Memory.putNativeLong(row, address);
        Memory.putNativeInt(row + LENGTH, bytes);
    }

    /** The frame ends after {@code bytes} bytes. */
    public void cut(int packet, int bytes) {
        Memory.putNativeInt(row(packet) + LENGTH, bytes);
    }

    private int fate(int packet) {
        return Memory.nativeIntAt(row(packet) + FATE);
    }

    private void decide(int packet, int fate) {
        Memory.putNativeInt(row(packet) + FATE, fate);
    }

    public void drop(int packet, DropReason reason) {
        decide(packet, ~reason.ordinal());
    }

    /** Drops every packet, whatever was decided before, but those that were kept. */
    public void dropAll(DropReason reason) {
        for (int packet = 0; packet < size; packet++) {
            if (!isKept(packet)) {
                drop(packet, reason);
            }
        }
    }

    /** Somebody keeps what is in the packet, and has its chunk. */
    public void keep(int packet) {
        decide(packet, KEPT);
    }

    public boolean isKept(int packet) {
        return fate(packet) == KEPT;
    }

    /** Sends the packet out of the port with this index. */
    public void forward(int packet, int port) {
        leave(packet, port);
        expectAt(port);
    }

    /** {@link #forward} in a loop over packets: {@link #expectAt} completes it. */
    public void leave(int packet, int port) {
        decide(packet, port);
    }

    /** Some packets {@link #leave} by this port. */
    public void expectAt(int port) {
        egressPorts |= 1L << port;
    }

    /** What is in the packet's place now was made here, about a packet that was dropped. */
    public void replace(int packet, DropReason reason) {
        replaced |= 1L << packet;
        replacedFor[packet] = (byte) reason.ordinal();
    }

    /** Why the packet was dropped that gave way to the one that is in its place now; null if none did. */
    public @Nullable DropReason replacedFor(int packet) {
        return (replaced >>> packet & 1) == 0 ? null : DropReason.all().get(replacedFor[packet]);
    }

    /** Whether it is worth asking each packet if it {@link #leavesBy} this port. */
    public boolean mayLeaveBy(int port) {
        return (egressPorts >>> port & 1) != 0;
    }

    /** Hands the packet's IP datagram to the kernel. */
    public void punt(int packet) {
        decide(packet, TO_KERNEL);
    }

    public boolean isForwarded(int packet) {
        return fate(packet) >= 0;
    }

    public boolean leavesBy(int packet, int port) {
        return fate(packet) == port;
    }

    /** The port that a forwarded packet leaves by. */
    public int egress(int packet) {
        return fate(packet);
    }

    public boolean isPunted(int packet) {
        return fate(packet) == TO_KERNEL;
    }

    public boolean isDropped(int packet) {
        return fate(packet) < 0 && fate(packet) > KEPT;
    }

    /** The reason of a dropped packet. */
    public DropReason reason(int packet) {
        return DropReason.all().get(~fate(packet));
    }
}

package io.gapura.engine.packet;

import java.util.Arrays;

/**
 * Up to 64 packets on their way through a worker, as parallel arrays: where each Ethernet frame starts, how
 * long it is, and its fate. All lie in the worker's {@link BufferPool}.
 *
 * <p>A packet comes in with the fate of being dropped as {@link DropReason#INTERNAL_ERROR}: it leaves only
 * if some step decides so. The last decision counts. Owner: the worker that received it.
 */
public final class PacketBatch {
    /** Enough to amortise each stage, few enough for headers and rows to stay in the first-level cache. */
    public static final int CAPACITY = 64;

    private static final int TO_KERNEL = Integer.MIN_VALUE;
    private static final int UNDECIDED = ~DropReason.INTERNAL_ERROR.ordinal();

    private final int limit;
    private final long[] start = new long[CAPACITY];
    private final int[] length = new int[CAPACITY];
    /** The index of the port to leave by; or {@code ~ordinal} of the drop reason; or {@link #TO_KERNEL}. */
    private final int[] fate = new int[CAPACITY];
    private int size;

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
    }

    /** Appends a frame of {@code bytes} bytes at {@code address}. The batch must not be full. */
    public void add(long address, int bytes) {
        int packet = size++;
        start[packet] = address;
        length[packet] = bytes;
        fate[packet] = UNDECIDED;
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
        return start[packet];
    }

    /** The frame's length in bytes, Ethernet header included. */
    public int length(int packet) {
        return length[packet];
    }

    /** The frame now lies at {@code address}, in the same chunk. */
    public void place(int packet, long address, int bytes) {
        start[packet] = address;
        length[packet] = bytes;
    }

    public void drop(int packet, DropReason reason) {
        fate[packet] = ~reason.ordinal();
    }

    /** Drops every packet, whatever was decided before. */
    public void dropAll(DropReason reason) {
        Arrays.fill(fate, 0, size, ~reason.ordinal());
    }

    /** Sends the packet out of the port with this index. */
    public void forward(int packet, int port) {
        fate[packet] = port;
    }

    /** Hands the packet's IP datagram to the kernel. */
    public void punt(int packet) {
        fate[packet] = TO_KERNEL;
    }

    public boolean isForwarded(int packet) {
        return fate[packet] >= 0;
    }

    public boolean leavesBy(int packet, int port) {
        return fate[packet] == port;
    }

    /** The port that a forwarded packet leaves by. */
    public int egress(int packet) {
        return fate[packet];
    }

    public boolean isPunted(int packet) {
        return fate[packet] == TO_KERNEL;
    }

    public boolean isDropped(int packet) {
        return fate[packet] < 0 && fate[packet] != TO_KERNEL;
    }

    /** The reason of a dropped packet. */
    public DropReason reason(int packet) {
        return DropReason.all().get(~fate[packet]);
    }
}

package io.gapura.ffi.libc;

import io.gapura.ffi.Memory;
import java.lang.foreign.MemorySegment;

/**
 * A region of memory from mmap(2), returned to the kernel by {@link #close}.
 *
 * <p>Nobody checks that it is still open: whoever keeps an address keeps the mapping. Any thread.
 */
public final class Mapping implements AutoCloseable {
    /** What huge mappings are rounded and aligned to. */
    public static final long HUGE_PAGE_BYTES = 2L << 20;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MAP_HUGETLB = 0x40000;
    private static final int RESERVED_HUGE = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_HUGETLB;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_DONTDUMP = 16;
    private static final int MADV_WIPEONFORK = 18;
    private static final int NO_FILE = -1;

    private final long address;
    private final long bytes;
    private final boolean hugePages;
    private boolean open = true;

    private Mapping(long address, long bytes, boolean hugePages) {
        this.address = address;
        this.bytes = bytes;
        this.hugePages = hugePages;
    }

    /** Zeroed private memory in ordinary pages, already backed by RAM. */
    public static Mapping anonymous(long bytes) {
        return new Mapping(map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, NO_FILE, 0), bytes, false);
    }

    /** Zeroed private memory, already backed by RAM, that of the node of the core that the calling thread runs on. */
    public static Mapping of(long bytes, HugePages pages) {
        return switch (pages) {
            case PREFER -> huge(bytes);
            case REQUIRE -> reservedHuge(bytes);
            case OFF -> anonymous(bytes);
        };
    }

    private static Mapping reservedHuge(long bytes) {
        long rounded = roundUp(bytes, HUGE_PAGE_BYTES);
        long reserved = attempt(rounded, RESERVED_HUGE, NO_FILE, 0);
        if (failed(reserved)) {
            throw new ErrnoException("mmap(%d huge pages of 2 MiB)".formatted(rounded / HUGE_PAGE_BYTES),
                    (int) -reserved);
        }
        return new Mapping(reserved, rounded, true);
    }

    /**
     * Zeroed private memory in reserved huge pages; where there are too few, in ordinary pages aligned so
     * that the kernel may join them to transparent huge ones. The size is rounded up to whole huge pages.
     */
    public static Mapping huge(long bytes) {
        long rounded = roundUp(bytes, HUGE_PAGE_BYTES);
        long reserved = attempt(rounded, RESERVED_HUGE, NO_FILE, 0);
        return failed(reserved) ? transparentlyHuge(rounded) : new Mapping(reserved, rounded, true);
    }

    /** Zeroed private memory in ordinary pages, already backed by RAM, that the kernel may join to huge ones of {@link #HUGE_PAGE_BYTES}. */
    public static Mapping transparentlyHuge(long bytes) {
        long slack = map(bytes + HUGE_PAGE_BYTES, MAP_PRIVATE | MAP_ANONYMOUS, NO_FILE, 0);
        long aligned = roundUp(slack, HUGE_PAGE_BYTES);
        unmap(slack, aligned - slack);
        unmap(aligned + bytes, slack + HUGE_PAGE_BYTES - aligned);
        // Fails on kernels without transparent huge pages: then ordinary ones serve.
        SystemCall.MADVISE.attempt(aligned, bytes, MADV_HUGEPAGE, 0, 0, 0);
        Memory.zero(aligned, bytes);
        return new Mapping(aligned, bytes, false);
    }

    /** Memory shared with the kernel behind a descriptor, such as an AF_XDP ring. */
    public static Mapping shared(int descriptor, long offset, long bytes) {
        return new Mapping(map(bytes, MAP_SHARED | MAP_POPULATE, descriptor, offset), bytes, false);
    }

    private static long map(long bytes, int flags, int descriptor, long offset) {
        long address = attempt(bytes, flags, descriptor, offset);
        if (failed(address)) {
            throw new ErrnoException("mmap(" + bytes + " bytes)", (int) -address);
        }
        return address;
    }

    private static long attempt(long bytes, int flags, int descriptor, long offset) {
        return SystemCall.MMAP.attempt(0, bytes, PROT_READ_WRITE, flags, descriptor, offset);
    }

    private static boolean failed(long address) {
        return address < 0 && address > -4096;
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) & -multiple;
    }

    private static void unmap(long address, long bytes) {
        if (bytes > 0) {
            SystemCall.MUNMAP.require(address, bytes);
        }
    }

    /** Keeps the memory from being swapped out, mlock(2). Needs CAP_IPC_LOCK or room below RLIMIT_MEMLOCK. */
    public Mapping lock() {
        SystemCall.MLOCK.require("mlock(" + bytes + " bytes)", address, bytes);
        return this;
    }

    /** Keeps the memory out of core dumps. */
    public Mapping dontDump() {
        return advise("madvise(MADV_DONTDUMP)", MADV_DONTDUMP);
    }

    /** A forked child finds zeros here. */
    public Mapping wipeOnFork() {
        return advise("madvise(MADV_WIPEONFORK)", MADV_WIPEONFORK);
    }

    private Mapping advise(String call, int advice) {
        SystemCall.MADVISE.require(call, address, bytes, advice);
        return this;
    }

    /** Overwrites everything with zeros. */
    public void zero() {
        Memory.zero(address, bytes);
    }

    public long address() {
        return address;
    }

    public long bytes() {
        return bytes;
    }

    /** Whether reserved huge pages were to be had. */
    public boolean hugePages() {
        return hugePages;
    }

    /** The region as a bounded segment, which must not outlive the mapping. */
    public MemorySegment segment() {
        return Memory.segment(address, bytes);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            unmap(address, bytes);
        }
    }
}

package io.gapura.ffi.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A map from keys of one length to 32-bit values, shared between us and BPF programs. An update is seen by the next
 * packet. Values, and keys that are numbers, are in the machine's byte order.
 */
public final class BpfMap implements AutoCloseable {
    private static final int HASH = 1;
    private static final int XSKMAP = 17;
    private static final int LONGEST_NAME = 15;

    private final String name;
    private final int descriptor;

    private BpfMap(String name, int type, int keyBytes, int entries) {
        this.name = name;
        this.descriptor = create(name, type, keyBytes, entries);
    }

    /** A hash map of at most {@code entries} entries. */
    public static BpfMap hash(String name, int keyBytes, int entries) {
        return new BpfMap(name, HASH, keyBytes, entries);
    }

    /** A map from receive queue to AF_XDP socket, for {@link BpfHelper#REDIRECT_MAP}. */
    public static BpfMap sockets(String name, int queues) {
        return new BpfMap(name, XSKMAP, Integer.BYTES, queues);
    }

    private static int create(String name, int type, int keyBytes, int entries) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("longer than the kernel's names: " + name);
        }
        try (Arena arena = Arena.ofConfined()) {
            // { u32 map_type, key_size, value_size, max_entries, flags, inner_map_fd, numa_node; char map_name[16] }
            MemorySegment attributes = arena.allocate(72, 8);
            attributes.set(JAVA_INT, 0, type);
            attributes.set(JAVA_INT, 4, keyBytes);
            attributes.set(JAVA_INT, 8, Integer.BYTES);
            attributes.set(JAVA_INT, 12, entries);
            attributes.setString(28, name);
            return BpfCommand.MAP_CREATE.require(name, attributes);
        }
    }

    /** Adds or replaces the entry of a number. */
    public void put(int key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            put(arena, arena.allocateFrom(JAVA_INT, key), value);
        }
    }

    /** Adds or replaces an entry. */
    public void put(byte[] key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            put(arena, arena.allocateFrom(JAVA_BYTE, key), value);
        }
    }

    private void put(Arena arena, MemorySegment key, int value) {
        MemorySegment attributes = entryAttributes(arena, key);
        attributes.set(JAVA_LONG, 16, arena.allocateFrom(JAVA_INT, value).address());
        BpfCommand.MAP_UPDATE_ELEM.require(name, attributes);
    }

    /** Removes an entry, which must exist. */
    public void remove(byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            BpfCommand.MAP_DELETE_ELEM.require(name, entryAttributes(arena, arena.allocateFrom(JAVA_BYTE, key)));
        }
    }

    /** {@code { u32 map_fd; u64 key, value; u64 flags }}, the middle two being pointers. */
    private MemorySegment entryAttributes(Arena arena, MemorySegment key) {
        MemorySegment attributes = arena.allocate(32, 8);
        attributes.set(JAVA_INT, 0, descriptor);
        attributes.set(JAVA_LONG, 8, key.address());
        return attributes;
    }

    int descriptor() {
        return descriptor;
    }

    /** Programs that use the map keep it alive. */
    @Override
    public void close() {
        SystemCall.CLOSE.require(descriptor);
    }
}

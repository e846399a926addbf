package io.gapura.ffi.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Zeroed memory shared between us and BPF programs: an array map of one value, mapped. In the machine's byte order. */
public final class BpfMemory implements AutoCloseable {
    private static final int ARRAY = 2;
    private static final int MMAPABLE = 1 << 10;
    private static final int LONGEST_NAME = 15;

    private final int descriptor;
    private final Mapping mapping;

    private BpfMemory(int descriptor, Mapping mapping) {
        this.descriptor = descriptor;
        this.mapping = mapping;
    }

    public static BpfMemory create(String name, int bytes) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("longer than the kernel's names: " + name);
        }
        try (Arena arena = Arena.ofConfined()) {
            // { u32 map_type, key_size, value_size, max_entries, flags, inner_map_fd, numa_node; char map_name[16] }
            MemorySegment attributes = arena.allocate(72, 8);
            attributes.set(JAVA_INT, 0, ARRAY);
            attributes.set(JAVA_INT, 4, Integer.BYTES);
            attributes.set(JAVA_INT, 8, bytes);
            attributes.set(JAVA_INT, 12, 1);
            attributes.set(JAVA_INT, 16, MMAPABLE);
            attributes.setString(28, name);
            int descriptor = BpfCommand.MAP_CREATE.require(name, attributes);
            return new BpfMemory(descriptor, Mapping.shared(descriptor, 0, bytes));
        }
    }

    /** Where it is for us. */
    public long address() {
        return mapping.address();
    }

    int descriptor() {
        return descriptor;
    }

    /** Programs that use it keep it alive for themselves. */
    @Override
    public void close() {
        mapping.close();
        SystemCall.CLOSE.require(descriptor);
    }
}

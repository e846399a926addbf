package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A key and its salt, off the heap until {@link #close} wipes them. Prints as {@code ***}. */
public final class KeyMaterial implements AutoCloseable {
    private final MemorySegment memory;

    private KeyMaterial(MemorySegment memory) {
        this.memory = memory;
    }

    /** The key, then four bytes of salt; the caller wipes {@code keyAndSalt}. */
    public static KeyMaterial copyOf(byte[] keyAndSalt) {
        MemorySegment memory = Arena.ofAuto().allocate(keyAndSalt.length, 16);
        Memory.copy(keyAndSalt, 0, memory.address(), keyAndSalt.length);
        return new KeyMaterial(memory);
    }

    public long address() {
        return memory.address();
    }

    public int bytes() {
        return (int) memory.byteSize();
    }

    @Override
    public void close() {
        memory.fill((byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}

package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.Mapping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where expanded keys live: memory that is not swapped out, not dumped, zero in a forked child, and wiped
 * slot by slot. It grows by blocks and never shrinks. Control thread.
 */
final class KeyVault implements AutoCloseable {
    /** One page where the kernel joins pages: the address of every table in it is found by one entry of the processor's. */
    private static final long BLOCK_BYTES = Mapping.HUGE_PAGE_BYTES;

    private final int slotBytes;
    private final List<Mapping> blocks = new ArrayList<>();
    private final Deque<Long> free = new ArrayDeque<>();
    private boolean locked = true;

    /** @param slotBytes a multiple of 64, to which slots are aligned then */
    KeyVault(int slotBytes) {
        this.slotBytes = slotBytes;
        addBlock();
    }

    private void addBlock() {
        Mapping block = Mapping.transparentlyHuge(BLOCK_BYTES).dontDump().wipeOnFork();
        locked &= lock(block);
        blocks.add(block);
        for (long at = 0; at + slotBytes <= BLOCK_BYTES; at += slotBytes) {
            free.add(block.address() + at);
        }
    }

    /** An ordinary user may lock only so much: then the keys can be swapped out, which is said in the log. */
    private static boolean lock(Mapping block) {
        try {
            block.lock();
            return true;
        } catch (ErrnoException refused) {
            return false;
        }
    }

    /** Whether the keys are safe from being swapped out. */
    boolean isLocked() {
        return locked;
    }

    /** The address of a slot full of zeros. */
    long take() {
        if (free.isEmpty()) {
            addBlock();
        }
        return free.remove();
    }

    /** Wipes a slot and takes it back. */
    void give(long slot) {
        Memory.zero(slot, slotBytes);
        free.add(slot);
    }

    @Override
    public void close() {
        for (Mapping block : blocks) {
            block.zero();
            block.close();
        }
        blocks.clear();
        free.clear();
    }
}

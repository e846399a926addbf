package io.gapura.engine.sad;

import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The inbound SAs by SPI. We choose the SPIs, so one names a slot, and which of the slot's tenants is meant:
 *
 * <pre>
 *    31                20 19                                   0
 *   +--------------------+--------------------------------------+
 *   | generation, 1–4095 | slot                                 |
 *   +--------------------+--------------------------------------+
 * </pre>
 *
 * <p>No generation is 0, so no SPI falls among 0 to 255, which are reserved (RFC 4303 §2.1). A slot comes
 * back with the next generation and behind all other free slots. The order of the slots and their first
 * generations are random: after a restart a peer's packets for a forgotten SA are unlikely to meet a new one.
 *
 * <p>Workers call {@link #inbound} between {@link Epochs#enter} and {@link Epochs#leave}; everything else is
 * the control thread's.
 */
public final class Sad {
    public static final int MOST_SLOTS = 1 << 20;

    /** Answer of {@link #allocate} when every slot is in use; never an SPI. */
    public static final int NONE_FREE = 0;

    private static final int GENERATION_SHIFT = 20;
    private static final int LAST_GENERATION = 0xfff;

    private final AtomicReferenceArray<@Nullable InboundSa> installed;
    private final int slotMask;
    private final Epochs epochs;

    /** Each slot's present or next SPI. */
    private final int[] spis;
    /** Slots whose SPI was given out and not taken back. */
    private final BitSet allocated;
    /** A ring of free slots, the longest free first. */
    private final int[] free;
    private int oldestFree;
    private int freeSlots;

    /** @param slots how many SAs there can be; a power of two up to {@link #MOST_SLOTS} */
    public Sad(int slots, Epochs epochs, RandomGenerator random) {
        if (slots < 1 || slots > MOST_SLOTS || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("a power of two up to 2^20 slots, not " + slots);
        }
        this.installed = new AtomicReferenceArray<>(slots);
        this.slotMask = slots - 1;
        this.epochs = epochs;
        this.spis = new int[slots];
        this.allocated = new BitSet(slots);
        this.free = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            spis[slot] = spi(random.nextInt(LAST_GENERATION) + 1, slot);
        }
        shuffleFree(random);
    }

    /** Puts all slots on the ring, each order as likely as any (Fisher and Yates, inside out). */
    private void shuffleFree(RandomGenerator random) {
        for (int slot = 0; slot < free.length; slot++) {
            int place = random.nextInt(slot + 1);
            free[slot] = free[place];
            free[place] = slot;
        }
        freeSlots = free.length;
    }

    /** The SA with this SPI, or null. Worker thread. */
    public @Nullable InboundSa inbound(int spi) {
        InboundSa sa = installed.getAcquire(spi & slotMask); // with install's release
        return sa != null && sa.spi == spi ? sa : null;
    }

    /** Reserves an SPI for {@link #install} or {@link #release}; {@link #NONE_FREE} if there is none. */
    public int allocate() {
        if (freeSlots == 0) {
            return NONE_FREE;
        }
        int slot = free[oldestFree];
        oldestFree = (oldestFree + 1) & slotMask;
        freeSlots--;
        allocated.set(slot);
        return spis[slot];
    }

    /** Gives back an SPI that was allocated and never installed. */
    public void release(int spi) {
        int slot = slotOf(spi);
        if (installed.getPlain(slot) != null) {
            throw new IllegalStateException("SPI " + hex(spi) + " is installed: retire it");
        }
        recycle(slot);
    }

    /** Shows {@code sa} to the workers. Its SPI was allocated here. */
    public void install(InboundSa sa) {
        int slot = slotOf(sa.spi);
        if (installed.getPlain(slot) != null) {
            throw new IllegalStateException("SPI " + hex(sa.spi) + " is installed already");
        }
        installed.setRelease(slot, sa); // with inbound's acquire
    }

    /** Hides the SA from the workers. When none of them can hold it any more, wipes its key and reuses its slot. */
    public void retire(int spi) {
        InboundSa sa = installed(spi);
        int slot = slotOf(spi);
        installed.setRelease(slot, null);
        epochs.retire(() -> {
            sa.key.close();
            recycle(slot);
        });
    }

    /** The installed SA with this SPI. Control thread. */
    public InboundSa installed(int spi) {
        InboundSa sa = inbound(spi);
        if (sa == null) {
            throw new IllegalArgumentException("SPI " + hex(spi) + " is not installed");
        }
        return sa;
    }

    /** Every installed SA. Control thread. */
    public void forEach(Consumer<InboundSa> visitor) {
        allocated.stream().mapToObj(installed::getPlain).filter(Objects::nonNull).forEach(visitor);
    }

    private int slotOf(int spi) {
        int slot = spi & slotMask;
        if (!allocated.get(slot) || spis[slot] != spi) {
            throw new IllegalArgumentException("SPI " + hex(spi) + " is not allocated");
        }
        return slot;
    }

    private void recycle(int slot) {
        int generation = spis[slot] >>> GENERATION_SHIFT;
        spis[slot] = spi(generation % LAST_GENERATION + 1, slot);
        allocated.clear(slot);
        free[(oldestFree + freeSlots) & slotMask] = slot;
        freeSlots++;
    }

    private static int spi(int generation, int slot) {
        return generation << GENERATION_SHIFT | slot;
    }

    private static String hex(int spi) {
        return String.format("%08x", spi);
    }
}

package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.Affinity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * DPDK's environment abstraction layer: memory, devices, threads. It starts once in a process, also if that
 * failed or it has been closed. Control thread, but for {@link #enterThread} and {@link #leaveThread}.
 */
public final class Eal implements AutoCloseable {
    private static final AtomicBoolean STARTED = new AtomicBoolean();
    /** LCORE_ID_ANY: what a thread has that DPDK does not know. */
    private static final int NO_LCORE = -1;
    private static final int ANY_NODE = -1;

    private final RteLibraries libraries;
    private final EalLog log;

    private Eal(RteLibraries libraries, EalLog log) {
        this.libraries = libraries;
        this.log = log;
    }

    /**
     * Finds the libraries and starts them in the network namespace of the calling thread.
     *
     * @param lines takes DPDK's log, line by line, on a thread of its own
     */
    public static Eal start(EalSettings settings, Consumer<String> lines) throws MissingDpdk {
        RteLibraries libraries = RteLibraries.load();
        if (STARTED.getAndSet(true)) {
            throw new IllegalStateException("DPDK starts once in a process");
        }
        EalLog log = EalLog.open(libraries, lines);
        try {
            onThreadOfItsOwn(() -> initialise(libraries, settings));
            return new Eal(libraries, log);
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    /**
     * rte_eal_init() pins the thread that calls it, and those that it starts run where that one was not: it gets a
     * thread that may only run on the main core and ends.
     */
    private static void onThreadOfItsOwn(Runnable task) {
        FutureTask<Void> done = new FutureTask<>(task, null);
        Thread.ofPlatform().name("dpdk-init").start(done);
        try {
            done.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while DPDK starts", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("DPDK did not start", failed.getCause());
        }
    }

    private static void initialise(RteLibraries libraries, EalSettings settings) {
        int core = settings.mainCore() == EalSettings.ANY_CORE
                ? Affinity.allowed().nextSetBit(0)
                : settings.mainCore();
        BitSet mainCore = new BitSet();
        mainCore.set(core);
        Affinity.restrict(mainCore);
        List<String> arguments = settings.arguments(core);
        Arena forever = Arena.global(); // it keeps pointers to its arguments
        MemorySegment vector = forever.allocate(JAVA_LONG, arguments.size() + 1L);
        for (int index = 0; index < arguments.size(); index++) {
            vector.setAtIndex(JAVA_LONG, index, forever.allocateFrom(arguments.get(index)).address());
        }
        if ((int) libraries.call("rte_eal_init", arguments.size(), vector.address()) < 0) {
            throw libraries.failure("rte_eal_init(" + String.join(" ", arguments) + ")", libraries.errno());
        }
    }

    /** As DPDK calls itself, {@code DPDK 22.11.11}. */
    public String version() {
        return libraries.version();
    }

    /** The libraries' number: the year plus one. */
    public int abi() {
        return libraries.abi();
    }

    /** The device of that name: a PCI address, or a virtual device's name without its arguments. */
    public EthDev device(String name) {
        return EthDev.find(libraries, name);
    }

    /** Two ports of DPDK's rings whose wire leads from one to the other, with {@code frames} in flight at most. */
    public List<EthDev> ringPair(String name, int frames) {
        return RingPair.create(libraries, name, frames);
    }

    /** Packet memory on any node, as {@link #pool(String, int, int)}. */
    public Mempool pool(String name, int chunks) {
        return pool(name, chunks, ANY_NODE);
    }

    /**
     * Packet memory, self-tested.
     *
     * @param chunks of {@link Mempool#CHUNK_BYTES}; one less than a power of two wastes nothing
     * @param node   of NUMA, or a negative number for any
     */
    public Mempool pool(String name, int chunks, int node) {
        return Mempool.create(libraries, name, chunks, node);
    }

    /**
     * Makes the calling thread known: only such threads have a cache in front of packet memory. After it was bound
     * to its core; does nothing if it is known.
     */
    public void enterThread() {
        if (!isKnownThread()) {
            if ((int) libraries.call("rte_thread_register") < 0) {
                throw libraries.failure("rte_thread_register", libraries.errno());
            }
        }
    }

    /** Undoes {@link #enterThread}, on the same thread; does nothing if it is not known. */
    public void leaveThread() {
        if (isKnownThread()) {
            libraries.call("rte_thread_unregister");
        }
    }

    private boolean isKnownThread() {
        return Memory.nativeIntAt(libraries.address("per_lcore__lcore_id")) != NO_LCORE;
    }

    /** After all devices and pools: gives all memory back. */
    @Override
    public void close() {
        libraries.call("rte_eal_cleanup");
        log.close();
    }
}

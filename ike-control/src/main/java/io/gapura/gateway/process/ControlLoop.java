package io.gapura.gateway.process;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineEvents;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.libc.Affinity;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.IkeSaStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;

/** The control thread's duty cycle. Nothing in it waits. */
final class ControlLoop implements Agent {
    /** The core to run on, if any will do. */
    static final int ANY_CORE = -1;

    private static final int COMMANDS_PER_CYCLE = 16;

    /** How often somebody who waits looks at how it goes, the less often the more there is to look at. */
    private static final long LOOK_INTERVAL_NS = 1_000_000;
    private static final long LOOK_INTERVAL_PER_SA_NS = 20_000;

    private final IkeAgent ike;
    private final Engine engine;
    private final EngineDataPlane dataPlane;
    private final LinuxKernel kernel;
    private final WorkerWatch watch;
    private final int core;
    private final EngineEvents events = new Limits();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<LongConsumer> chores = new ArrayList<>();
    private final Set<Outcome> outcomes = new LinkedHashSet<>();
    private long nowNs;
    private long nextLookNs = System.nanoTime();

    ControlLoop(IkeAgent ike, Engine engine, EngineDataPlane dataPlane, LinuxKernel kernel, WorkerWatch watch,
            int core) {
        this.ike = ike;
        this.engine = engine;
        this.dataPlane = dataPlane;
        this.kernel = kernel;
        this.watch = watch;
        this.core = core;
    }

    /** Has the control thread do it once in every duty cycle, with the time. Before it starts. */
    void regularly(LongConsumer chore) {
        chores.add(chore);
    }

    @Override
    public String roleName() {
        return "gapura-control";
    }

    @Override
    public void onStart() {
        if (core != ANY_CORE) {
            Affinity.pin(core);
        }
    }

    @Override
    public int doWork() {
        nowNs = System.nanoTime();
        int work = ike.doWork(nowNs);
        work += engine.drainEvents(events);
        work += kernel.doWork(engine, nowNs);
        work += runCommands();
        lookAtOutcomes();
        watch.poll(nowNs);
        for (LongConsumer chore : chores) {
            chore.accept(nowNs);
        }
        return work;
    }

    private int runCommands() {
        int run = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            if (++run == COMMANDS_PER_CYCLE) {
                break;
            }
        }
        return run;
    }

    private void lookAtOutcomes() {
        if (outcomes.isEmpty()) {
            return;
        }
        if (nowNs - nextLookNs >= 0) {
            List<IkeSaStatus> sas = ike.status(nowNs);
            outcomes.forEach(outcome -> outcome.look(sas, nowNs));
            outcomes.removeIf(Outcome::isOver);
            nextLookNs = nowNs + LOOK_INTERVAL_NS + sas.size() * LOOK_INTERVAL_PER_SA_NS;
        }
    }

    /** Has the control thread do something. Any thread. */
    <T> CompletableFuture<T> call(Supplier<T> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        commands.add(() -> {
            try {
                answer.complete(command.get());
            } catch (RuntimeException failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    /** The time of this duty cycle. Control thread. */
    long nowNs() {
        return nowNs;
    }

    /** Looks out for it from now on. Control thread. */
    void await(Outcome outcome) {
        outcomes.add(outcome);
    }

    /** A connection, or a child of it, is not coming up. Control thread. */
    void onFailed(String connection, String reason) {
        outcomes.forEach(outcome -> outcome.onFailed(connection, reason));
    }

    /** What the workers have to say about SAs, those that are missing too. */
    private final class Limits implements EngineEvents {
        @Override
        public void onSoftLimit(int tunnel, int spi) {
            ike.onSoftLimit(tunnel, spi, nowNs);
        }

        @Override
        public void onHardLimit(int tunnel, int spi) {
            ike.onHardLimit(tunnel, spi, nowNs);
        }

        /** Only traps wait for packets: every other tunnel is opened by IKE, and closed when its last SA goes. */
        @Override
        public void onAcquire(int tunnel) {
            dataPlane.onAcquire(tunnel, (connection, child) -> ike.onAcquire(connection, child, nowNs));
        }

        @Override
        public void onUnknownSpi(int spi, IpAddress from) {
            ike.onUnknownSpi(spi, from.toInetAddress(), nowNs);
        }
    }
}

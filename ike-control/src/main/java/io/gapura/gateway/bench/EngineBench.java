package io.gapura.gateway.bench;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.ffi.libc.Affinity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A worker's whole duty cycle over memory ports: receive, parse, policy, SA, ESP with extended sequence numbers
 * and replay window, cipher, send. Each round is one batch through the bare cipher calls, out, and in again, so
 * that what disturbs the machine disturbs all of them; making packets is outside the measured time.
 */
public final class EngineBench {
    private static final int BATCH = GatewayPair.BATCH;
    /** Batches before the measurement, for the compiler; the last ones as many as are measured. */
    private static final int WARM_UP_ROUNDS = 15_000;

    private final int rounds;

    /** @param rounds batches to measure of each load */
    public EngineBench(int rounds) {
        this.rounds = rounds;
    }

    /** One worker on this thread: out and in. */
    public List<Row> measure(Load load) {
        RawCalls raw = raw(load);
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
            Rounds samples = new Rounds(Math.max(rounds, WARM_UP_ROUNDS));
            run(gateways, raw, samples, WARM_UP_ROUNDS);
            run(gateways, raw, samples, rounds);
            return samples.rows(load, 1, raw != null);
        }
    }

    /**
     * So many workers, each on a core and with engines of its own, at the same time; the slowest one's figures.
     *
     * @param cores a core for each
     */
    public List<Row> measure(Load load, List<Integer> cores) throws InterruptedException, ExecutionException {
        CyclicBarrier start = new CyclicBarrier(cores.size());
        AeadSuite[] shared = {SuiteChoice.preferred(), SuiteChoice.preferred()};
        List<Callable<Rounds>> workers = new ArrayList<>();
        for (int worker = 0; worker < cores.size(); worker++) {
            int index = worker;
            workers.add(() -> work(load, index, cores.get(index), shared, start));
        }
        Rounds slowest = null;
        try (ExecutorService threads = Executors.newFixedThreadPool(cores.size())) {
            for (Future<Rounds> result : threads.invokeAll(workers)) {
                Rounds samples = result.get();
                slowest = slowest == null || samples.out.floor(BATCH) > slowest.out.floor(BATCH) ? samples : slowest;
            }
        }
        shared[0].close();
        shared[1].close();
        return slowest == null ? List.of() : slowest.rows(load, cores.size(), false);
    }

    private Rounds work(Load load, int worker, int core, AeadSuite[] shared, CyclicBarrier start) throws Exception {
        Affinity.pin(core);
        int[] opened = {0};
        Rounds samples = new Rounds(Math.max(rounds, WARM_UP_ROUNDS));
        try (GatewayPair gateways = new GatewayPair(load, () -> new OneWorker(shared[opened[0]++], worker))) {
            run(gateways, null, samples, WARM_UP_ROUNDS);
            start.await();
            run(gateways, null, samples, rounds);
        }
        return samples;
    }

    private static @Nullable RawCalls raw(Load load) {
        try {
            return RawCalls.of(load);
        } catch (MissingLibrary missing) {
            return null;
        }
    }

    private static void run(GatewayPair gateways, @Nullable RawCalls raw, Rounds samples, int rounds) {
        samples.clear();
        for (int round = 0; round < rounds; round++) {
            gateways.offer();
            if (raw != null) {
                raw.renew();
            }
            long start = System.nanoTime();
            if (raw != null) {
                raw.encrypt();
            }
            long encrypted = System.nanoTime();
            gateways.encapsulate();
            long out = System.nanoTime();
            if (raw != null) {
                raw.renew(); // keys as cold as the engine's
            }
            long again = System.nanoTime();
            if (raw != null) {
                raw.decrypt();
            }
            long decrypted = System.nanoTime();
            gateways.decapsulate();
            long in = System.nanoTime();
            samples.encrypt.add(encrypted - start);
            samples.out.add(out - encrypted);
            samples.decrypt.add(decrypted - again);
            samples.in.add(in - decrypted);
            if (gateways.collect() != BATCH) {
                throw new IllegalStateException("packets were lost: " + gateways.received().drops());
            }
        }
    }

    /** The times of the rounds, by what was done in them. */
    private static final class Rounds {
        private final Samples encrypt;
        private final Samples out;
        private final Samples decrypt;
        private final Samples in;

        Rounds(int most) {
            encrypt = new Samples(most);
            out = new Samples(most);
            decrypt = new Samples(most);
            in = new Samples(most);
        }

        void clear() {
            encrypt.clear();
            out.clear();
            decrypt.clear();
            in.clear();
        }

        List<Row> rows(Load load, int workers, boolean withRaw) {
            return List.of(
                    Row.of("engine", "out", load, workers, out.floor(BATCH),
                            withRaw ? encrypt.floor(BATCH) : Double.NaN),
                    Row.of("engine", "in", load, workers, in.floor(BATCH),
                            withRaw ? decrypt.floor(BATCH) : Double.NaN));
        }
    }

    /** A suite as one of several workers has it: with ipsec-mb 1.3 that is a copy of the library of its own. */
    private record OneWorker(AeadSuite suite, int worker) implements AeadSuite {
        @Override
        public String description() {
            return suite.description();
        }

        @Override
        public AeadKey key(EspCipher cipher, KeyMaterial keys) {
            synchronized (suite) {
                return suite.key(cipher, keys);
            }
        }

        @Override
        public AeadBatch batch(int index) {
            synchronized (suite) {
                return suite.batch(worker);
            }
        }

        @Override
        public void close() {
            // The suite is the others' too.
        }
    }
}

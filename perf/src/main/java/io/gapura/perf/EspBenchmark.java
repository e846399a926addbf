package io.gapura.perf;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.gateway.bench.GatewayPair;
import io.gapura.gateway.bench.Load;
import io.gapura.gateway.bench.RawCalls;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds per packet of a worker's whole duty cycle over memory ports, beside the bare cipher calls:
 * {@code java -jar perf/target/benchmarks.jar -prof gc}.
 *
 * <p>Each invocation is one batch of 64, prepared outside the measured time. AES-128-GCM with ESN, one SA.
 * A packet has {@link #bytes} from its IPv4 header on; what the ciphers see is two to five more.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"})
public class EspBenchmark {
    private static final EspCipher CIPHER = EspCipher.AES_128_GCM_16;

    @Param({"64", "512", "1420"})
    int bytes;

    private Load load() {
        return Load.of(CIPHER, bytes, 1);
    }

    /** A batch of clear text, waiting at the sender. */
    @State(Scope.Thread)
    public static class Outbound {
        GatewayPair gateways;

        @Setup(Level.Trial)
        public void start(EspBenchmark benchmark) {
            gateways = new GatewayPair(benchmark.load(), SuiteChoice::preferred);
        }

        @Setup(Level.Invocation)
        public void offer() {
            gateways.collectEsp();
            gateways.offer();
        }

        @TearDown(Level.Trial)
        public void stop() {
            gateways.close();
        }
    }

    /** A batch of ESP, waiting at the receiver. */
    @State(Scope.Thread)
    public static class Inbound {
        GatewayPair gateways;

        @Setup(Level.Trial)
        public void start(EspBenchmark benchmark) {
            gateways = new GatewayPair(benchmark.load(), SuiteChoice::preferred);
        }

        @Setup(Level.Invocation)
        public void offer() {
            gateways.collect();
            gateways.offer();
            gateways.encapsulate();
        }

        @TearDown(Level.Trial)
        public void stop() {
            gateways.close();
        }
    }

    /** The cipher calls of a batch, nonces and AADs long written. */
    @State(Scope.Thread)
    public static class Raw {
        RawCalls calls;

        @Setup(Level.Trial)
        public void start(EspBenchmark benchmark) {
            try {
                calls = RawCalls.of(benchmark.load());
            } catch (MissingLibrary missing) {
                throw new IllegalStateException(missing);
            }
        }

        /** As the others have, so that the clock's reading costs the same. */
        @Setup(Level.Invocation)
        public void touch() {
            calls.renew();
        }
    }

    @Benchmark
    @OperationsPerInvocation(GatewayPair.BATCH)
    public int encapsulate(Outbound outbound) {
        return outbound.gateways.encapsulate();
    }

    @Benchmark
    @OperationsPerInvocation(GatewayPair.BATCH)
    public int decapsulate(Inbound inbound) {
        return inbound.gateways.decapsulate();
    }

    @Benchmark
    @OperationsPerInvocation(GatewayPair.BATCH)
    public void rawEncrypt(Raw raw) {
        raw.calls.encrypt();
    }

    @Benchmark
    @OperationsPerInvocation(GatewayPair.BATCH)
    public void rawDecrypt(Raw raw) {
        raw.calls.decrypt();
    }
}

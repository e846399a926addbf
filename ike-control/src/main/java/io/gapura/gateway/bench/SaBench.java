package io.gapura.gateway.bench;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What SAs cost in memory: so many to send by, as many to receive by, and as many policies, in two engines of this process. A packet
 * goes by each of them, to see that they are there.
 */
public final class SaBench {
    private static final int PACKET_BYTES = 64;
    private static final double NS_A_SECOND = 1e9;
    private static final int BYTES_A_KIB = 1024;

    private SaBench() {
    }

    /**
     * In bytes, of one SA out, one in and one policy together.
     *
     * @param heap    objects that are in use, the engines' tables of SAs among them
     * @param keys    locked memory, which expanded keys lie in; 0 where this process may lock none
     * @param seconds to install all and compile the policies
     */
    public record Result(EspCipher cipher, int sas, double heap, double keys, double seconds) {
        /** For {@code --json}. */
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("bench", "sas");
            json.put("suite", cipher.keyword());
            json.put("sas", sas);
            json.put("heap_bytes", heap);
            json.put("key_bytes", keys);
            json.put("seconds", seconds);
            return json;
        }
    }

    /** Sets them up, sends by each, and takes them down. */
    public static Result measure(EspCipher cipher, int sas) throws IOException {
        Load load = Load.of(cipher, PACKET_BYTES, sas);
        new GatewayPair(Load.of(cipher, PACKET_BYTES, 1), SuiteChoice::preferred).close(); // classes and libraries
        long heap = heapBytes();
        long locked = lockedBytes();
        long began = System.nanoTime();
        try (GatewayPair gateways = new GatewayPair(load, SuiteChoice::preferred)) {
            double seconds = (System.nanoTime() - began) / NS_A_SECOND;
            for (int sent = 0; sent < sas; sent += GatewayPair.BATCH) {
                gateways.offer();
                gateways.encapsulate();
                gateways.decapsulate();
                if (gateways.collect() != GatewayPair.BATCH) {
                    throw new IllegalStateException("packets were lost: " + gateways.received().drops());
                }
            }
            return new Result(cipher, sas, (heapBytes() - heap) / (double) sas,
                    (lockedBytes() - locked) / (double) sas, seconds);
        }
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** proc(5). */
    private static long lockedBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmLck:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * BYTES_A_KIB;
            }
        }
        return 0;
    }
}

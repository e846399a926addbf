package io.gapura.gateway.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One result.
 *
 * @param bench     crypto, engine or tunnel
 * @param direction out or in; null where there is none
 * @param suite     the cipher, in words of the configuration
 * @param bytes     IPv4 datagram length, or imix
 * @param meanBytes the same as a number
 * @param ns        for one packet (or handshake) and worker: the floor
 * @param rawNs     the bare cipher calls, in the same rounds, or of a tunnel the same ports in clear; NaN where there is
 *                  nothing to compare with
 * @param details   what else there is to say, in words of JSON
 */
public record Row(String bench, @Nullable String direction, String suite, String bytes, double meanBytes, int sas,
        int workers, double ns, double rawNs, Map<String, Object> details) {

    private static final String BURST = "burst";

    /** Of the engine or its ciphers. */
    static Row of(String bench, String direction, Load load, int workers, double ns, double rawNs) {
        return new Row(bench, direction, load.cipher().keyword(), load.label(), load.meanBytes(), load.sas(), workers,
                ns, rawNs, Map.of(BURST, load.burst()));
    }

    /** Packets of one SA that follow each other. */
    public int burst() {
        return details.get(BURST) instanceof Integer burst ? burst : 1;
    }

    public double ratio() {
        return ns / rawNs;
    }

    /** Millions a second, of all workers together. */
    public double mpps() {
        return workers * 1e3 / ns;
    }

    /** Of the packets inside. */
    public double gbps() {
        return mpps() * meanBytes * Byte.SIZE / 1e3;
    }

    /** With null for what has no meaning here. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("bench", bench);
        json.put("direction", direction);
        json.put("suite", suite);
        json.put("bytes", bytes);
        json.put("sas", sas);
        json.put("workers", workers);
        json.put("ns", rounded(ns));
        json.put("raw_ns", rounded(rawNs));
        json.put("ratio", rounded(ratio()));
        json.put("mpps", rounded(mpps()));
        json.put("gbps", meanBytes == 0 ? null : rounded(gbps()));
        json.putAll(details);
        return json;
    }

    private static @Nullable Double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 1e3) / 1e3 : null;
    }
}

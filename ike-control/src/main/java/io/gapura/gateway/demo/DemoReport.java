package io.gapura.gateway.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the demo has shown.
 *
 * @param lost    packets lost while SAs were rekeyed
 * @param damaged packets that came out of the tunnel with a wrong byte
 * @param drops   of both gateways, by reason
 * @param fault   what did not hold; empty if everything did
 */
public record DemoReport(String suite, double handshakeMs, double roundTripMs, long checked, long lost, long damaged,
        List<Throughput> throughput, Map<String, Long> drops, String fault) {

    /** Through encryption and decryption, on one core. */
    public record Throughput(int bytes, double packetsPerSecond) {
        public double gbps() {
            return packetsPerSecond * bytes * Byte.SIZE / 1e9;
        }
    }

    public boolean isOk() {
        return fault.isEmpty();
    }

    /** For programs. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ok", isOk());
        json.put("suite", suite);
        json.put("handshake_ms", handshakeMs);
        json.put("rtt_ms", roundTripMs);
        json.put("packets_checked", checked);
        json.put("pings_lost_in_rekey", lost);
        json.put("damaged", damaged);
        json.put("throughput", throughput.stream().map(row -> Map.of("bytes", row.bytes(), "mpps",
                row.packetsPerSecond() / 1e6, "gbps", row.gbps())).toList());
        json.put("drops", drops);
        if (!isOk()) {
            json.put("fault", fault);
        }
        return json;
    }
}

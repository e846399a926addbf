package io.gapura.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.counters.WorkerCounters;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.Memory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Reassembly held against a naive one, which keeps bytes in a map, on random fragments that overlap, repeat and contradict; of both families. */
final class ReassemblyTest {
    private static final int STEPS = 20_000;
    private static final int DATAGRAMS = 6;
    private static final int MOST_BYTES = 400;
    private static final long HIGH = 0x2001_0db8_0000_0001L;

    private final BufferPool pool = BufferPool.allocate(128, 2048);
    private final WorkerCounters counters = new WorkerCounters(1);
    private final Reassembly reassembly = new Reassembly(pool, counters);
    private final PacketBatch batch = new PacketBatch();
    private final Map<Integer, Naive> naive = new HashMap<>();
    private long nowNs;
    private long whole;
    private long fragments;

    /** What has come of a datagram. */
    private final class Naive {
        final Map<Integer, Byte> bytes = new HashMap<>();
        final long sinceNs = nowNs;
        int end = -1;
        int count;
        boolean spoilt;

        /** The datagram's data if it is whole now. */
        byte @Nullable [] add(int offset, byte[] data, boolean last) {
            int until = offset + data.length;
            long present = IntStream.range(offset, until).filter(bytes::containsKey).count();
            if (spoilt || present == data.length) {
                return null;
            }
            spoilt = present > 0 || contradicts(until, last) || count == Reassembly.MOST_FRAGMENTS;
            if (spoilt) {
                return null;
            }
            for (int at = 0; at < data.length; at++) {
                bytes.put(offset + at, data[at]);
            }
            count++;
            end = last ? until : end;
            return bytes.size() == end ? whole() : null;
        }

        private boolean contradicts(int until, boolean last) {
            boolean beyondTheEnd = end >= 0 && (last || until > end);
            return beyondTheEnd || (last && bytes.keySet().stream().anyMatch(at -> at >= until));
        }

        private byte[] whole() {
            byte[] result = new byte[end];
            bytes.forEach((at, value) -> result[at] = value);
            return result;
        }
    }

    private byte @Nullable [] add(int id, int offset, byte[] data, boolean last) {
        batch.clear();
        long frame = pool.take() + BufferPool.HEADROOM_BYTES;
        long ip = frame + EthernetHeader.BYTES;
        boolean ipv4 = id % 2 == 0;
        int headerBytes = ipv4 ? Ipv4Header.BYTES : Ipv6Header.BYTES + Ipv6Header.FRAGMENT_BYTES;
        if (ipv4) {
            int flags = (offset / 8) | (last ? 0 : Ipv4Header.MORE_FRAGMENTS);
            Ipv4Header.write(ip, Ipv4Header.BYTES + data.length, 0, id, flags, 64, Ipv4Header.ESP, 0xc0000201,
                    0xc0000202);
        } else {
            Ipv6Header.write(ip, 0, 0, Ipv6Header.FRAGMENT_BYTES + data.length, 44, 64);
            Ipv6Header.putSource(ip, HIGH, 1);
            Ipv6Header.putDestination(ip, HIGH, 2);
            Ipv6Header.writeFragment(ip + Ipv6Header.BYTES, Ipv4Header.ESP, offset, !last, id);
        }
        Memory.copy(data, 0, ip + headerBytes, data.length);
        batch.add(frame, EthernetHeader.BYTES + headerBytes + data.length);
        fragments++;
        boolean done = reassembly.gather(batch, 0, nowNs);
        byte[] result = null;
        if (done) {
            long at = batch.start(0) + EthernetHeader.BYTES;
            result = ipv4 ? wholeIpv4(at) : wholeIpv6(at);
            whole++;
        }
        if (!batch.isKept(0)) {
            if (batch.isDropped(0) && !done) {
                counters.add(batch.reason(0), 1);
            }
            pool.give(batch.start(0));
        }
        return result;
    }

    private byte[] wholeIpv4(long ip) {
        assertThat(Ipv4Header.isSound(ip, batch.length(0) - EthernetHeader.BYTES)).isTrue();
        assertThat(Ipv4Header.isFragment(ip)).isFalse();
        return Memory.bytesAt(ip + Ipv4Header.BYTES, Ipv4Header.totalLength(ip) - Ipv4Header.BYTES);
    }

    private byte[] wholeIpv6(long ip) {
        assertThat(Ipv6Header.totalLength(ip)).isEqualTo(batch.length(0) - EthernetHeader.BYTES);
        assertThat(Ipv6Header.nextHeader(ip)).isEqualTo(Ipv4Header.ESP);
        return Memory.bytesAt(ip + Ipv6Header.BYTES, Ipv6Header.payloadLength(ip));
    }

    @RepeatedTest(5)
    void agreesWithTheNaiveModel(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int step = 0; step < STEPS; step++) {
            nowNs += random.nextInt(100) == 0 ? 300_000_000 : 1000;
            expire();
            int id = random.nextInt(DATAGRAMS);
            int offset = 8 * random.nextInt(MOST_BYTES / 8 / (1 + random.nextInt(4)) + 1);
            boolean last = random.nextInt(4) == 0;
            byte[] data = new byte[last ? 1 + random.nextInt(120) : 8 * (1 + random.nextInt(15))];
            random.nextBytes(data);
            Naive model = naive.computeIfAbsent(id, _ -> new Naive());
            byte[] expected = model.add(offset, data, last);
            byte[] found = add(id, offset, data, last);
            assertThat(found).as("step %d", step).isEqualTo(expected);
            if (expected != null) {
                naive.remove(id);
            }
        }
        assertThat(whole).isPositive();
        balance();
        nowNs += 10_000_000_000L;
        reassembly.expire(nowNs);
        assertThat(reassembly.isWaiting()).isFalse();
        balance();
        assertThat(pool.available()).isEqualTo(pool.chunks());
    }

    private void expire() {
        reassembly.expire(nowNs);
        naive.values().removeIf(model -> nowNs - model.sinceNs >= Reassembly.PATIENCE_S * 1_000_000_000L);
    }

    /** Each fragment was dropped, waits, or is in a whole datagram. */
    private void balance() {
        Ledger ledger = Ledger.of(List.of(counters));
        assertThat(ledger.dropped() + ledger.held() + ledger.reassembled() + whole).isEqualTo(fragments);
        assertThat(Arrays.asList(ledger.held(), ledger.reassembled())).allMatch(count -> count >= 0);
    }
}

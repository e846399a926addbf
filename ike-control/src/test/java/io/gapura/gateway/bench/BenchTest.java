package io.gapura.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.crypto.AeadSuite;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.worker.Worker;
import io.gapura.ffi.test.RequiresRoot;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xml.sax.InputSource;

final class BenchTest {
    private static final Load LOAD = Load.of(EspCipher.AES_128_GCM_16, 1000, 1);

    @Test
    void theFloorIsWhatTheFastestTenthTook() {
        Samples samples = new Samples(1000);
        IntStream.rangeClosed(1, 1000).forEach(round -> samples.add(64L * (1001 - round)));

        assertThat(samples.floor(64)).isEqualTo(100);
        assertThat(samples.median(64)).isEqualTo(500);
    }

    @Test
    void nothingMeasuredIsNoResult() {
        assertThatThrownBy(() -> new Samples(1).floor(64)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRowKnowsRatesAndLeavesOutWhatHasNoMeaning() {
        Row row = Row.of("engine", "out", LOAD, 2, 100, 50);

        assertThat(row.toJson()).containsEntry("bench", "engine").containsEntry("direction", "out")
                .containsEntry("suite", "aes128gcm16").containsEntry("bytes", "1000").containsEntry("sas", 1)
                .containsEntry("workers", 2).containsEntry("ns", 100.0).containsEntry("raw_ns", 50.0)
                .containsEntry("ratio", 2.0).containsEntry("mpps", 20.0).containsEntry("gbps", 160.0);
        assertThat(Row.of("engine", "in", LOAD, 1, 100, Double.NaN).toJson()).containsEntry("raw_ns", null)
                .containsEntry("ratio", null);
    }

    @Test
    void theMixIsOneLargePacketInTwelve() {
        Load mix = Load.imix(EspCipher.AES_128_GCM_16, 1);

        assertThat(IntStream.range(0, 12).map(mix::size).filter(bytes -> bytes == 64)).hasSize(7);
        assertThat(IntStream.range(0, 12).map(mix::size).filter(bytes -> bytes == 1420)).hasSize(1);
        assertThat(mix.meanBytes()).isBetween(347.0, 348.0);
    }

    @Test
    void eachSaHasItsTurn() {
        assertThat(Load.of(EspCipher.AES_128_GCM_16, 64, 100).order())
                .containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
    }

    @Test
    void packetsOfABurstFollowEachOther() {
        Load load = Load.of(EspCipher.AES_128_GCM_16, 64, 2);
        int[] single = load.order();

        assertThat(load.inBurstsOf(3).order()).containsExactly(single[0], single[0], single[0], single[1], single[1],
                single[1]);
    }

    @Test
    void thePageStandsAlone() throws Exception {
        List<Row> rows = List.of(Row.of("engine", "out", LOAD, 1, 100, 50), Row.of("crypto", "in", LOAD, 1, 10,
                Double.NaN));

        String page = HtmlReport.of(List.of("processor <fast> & cheap"), rows);

        DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(page.replace("<!doctype html>", ""))));
        assertThat(page).doesNotContain("http:", "https:", "<script", "@import").contains("&lt;fast&gt;");
    }

    @Test
    void measuresWithTheJdkWhereThereIsNothingElse() {
        try (AeadSuite suite = new JcaSuite()) {
            assertThat(new CryptoBench(suite, 10).measure(LOAD)).hasSize(2)
                    .allSatisfy(row -> assertThat(row.ns()).isPositive());
        }
    }

    @Test
    void measuresTheEngine() {
        assertThat(new EngineBench(10).measure(Load.of(EspCipher.AES_256_GCM_16, 64, 3))).hasSize(2)
                .allSatisfy(row -> assertThat(row.ns()).isPositive());
    }

    @ParameterizedTest
    @EnumSource
    void spreadsAFatPeer(FatPeerBench.Spread spread) throws Exception {
        List<Integer> anyCores = List.of(Worker.ANY_CORE, Worker.ANY_CORE);

        Row row = new FatPeerBench(50, 20).measure(Load.imix(EspCipher.AES_128_GCM_16, 1), spread, anyCores);

        assertThat(row.mpps()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"PSK", "ED25519", "ECDSA_384", "RSA_2048"})
    void setsUpTunnels(BenchProof proof) {
        IkeBench bench = new IkeBench(5, proof, "aes256gcm16-prfsha384-x25519");

        IkeBench.Result result = bench.measure(line -> {});

        assertThat(bench.established()).isEqualTo(5);
        assertThat(result.handshakeMs()).isPositive();
    }

    @Test
    void setsUpAllTunnelsAtOnce() {
        IkeBench bench = new IkeBench(100);

        IkeBench.Storm storm = bench.storm();

        assertThat(storm.up()).isEqualTo(100);
        assertThat(bench.established()).isEqualTo(100);
    }

    @Test
    void sendsTheFirstPacketsThroughAFreshGateway() {
        StartBench.Result result = StartBench.measure(LOAD, Duration.ZERO);

        assertThat(result.firstOut()).isPositive().isLessThanOrEqualTo(result.slowestOut());
        assertThat(result.firstIn()).isPositive().isLessThanOrEqualTo(result.slowestIn());
    }

    @Test
    void watchesAWorkerBesideABusyControlThread() throws Exception {
        StallBench.Result result = StallBench.measure(LOAD, 1, -1);

        assertThat(result.median()).isPositive().isLessThanOrEqualTo(result.longest());
        assertThat(result.handshakes()).isPositive();
    }

    @Test
    @RequiresRoot
    void carriesFramesFromEndToEndAndReplacesTheirKeys() throws Exception {
        Load load = Load.imix(EspCipher.AES_128_GCM_16, 2);

        Row row = new TunnelBench(new TunnelBench.Settings(1, 0.05, 20), line -> {}).measure(load, List.of(0));

        assertThat(row.ns()).isPositive();
        assertThat(row.rawNs()).isPositive();
        assertThat(row.toJson()).containsEntry("bench", "tunnel").containsEntry("rekeys", 20)
                .containsEntry("out_of_order", 0L).containsKey("latency_us_p99").containsKey("generator_kpps");
    }
}

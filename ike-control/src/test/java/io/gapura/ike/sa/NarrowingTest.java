package io.gapura.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Narrowing of traffic selectors, RFC 7296 §2.9; the words are those of logs and of {@code swanctl --list-sas}. */
class NarrowingTest {
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private static TrafficSelector selector(String start, String end, int protocol, int startPort, int endPort) {
        return new TrafficSelector(protocol, startPort, endPort, address(start), address(end));
    }

    private static TrafficSelector addresses(String start, String end) {
        return TrafficSelector.ofAddresses(address(start), address(end));
    }

    private static Bytes address(String literal) {
        return Bytes.copyOf(InetAddress.ofLiteral(literal).getAddress());
    }

    private static String common(List<TrafficSelector> offered, List<TrafficSelector> ours) {
        return TrafficSelectors.words(Narrowing.common(offered, ours));
    }

    @Test
    void everyPairOfBothListsHasItsPart() {
        List<TrafficSelector> offered = List.of(addresses("10.1.0.0", "10.1.255.255"),
                addresses("10.3.0.0", "10.3.255.255"), addresses("2001:db8::", "2001:db8::ffff"));
        List<TrafficSelector> ours = List.of(addresses("10.1.2.0", "10.1.2.255"), addresses("10.0.0.0", "10.3.0.255"),
                addresses("2001:db8::8000", "2001:db8:1::"));

        assertThat(common(offered, ours)).isEqualTo("10.1.0.0/16 10.3.0.0/24 2001:db8:0:0:0:0:0:8000/113");
    }

    @Test
    void whatTheFirstSelectorOnOfferLeavesComesFirst() {
        List<TrafficSelector> offered = List.of(selector("10.1.0.5", "10.1.0.5", TCP, 1025, 1025),
                addresses("10.2.0.0", "10.2.0.255"));
        List<TrafficSelector> ours = List.of(addresses("10.2.0.0", "10.2.0.127"), addresses("10.1.0.0", "10.1.0.255"));

        assertThat(common(offered, ours)).isEqualTo("10.1.0.5/32[tcp/1025] 10.2.0.0/25");
        assertThat(Narrowing.takesFirst(offered, ours)).isTrue();
        assertThat(Narrowing.takesFirst(offered, ours.subList(0, 1))).isFalse();
    }

    @Test
    void addressFamiliesHaveNothingInCommon() {
        assertThat(common(List.of(addresses("0.0.0.0", "255.255.255.255")), List.of(addresses("::", "::ffff"))))
                .isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "echo request against all types            | 2048 | 2303 | 0    | 65535 | 10.1.0.1/32[icmp/8]",
        "one code against its type                 | 769  | 769  | 768  | 1023  | 10.1.0.1/32[icmp/3(1)]",
        "several types                             | 0    | 2303 | 0    | 65535 | 10.1.0.1/32[icmp/0-8]",
        "another type                              | 2048 | 2303 | 0    | 255   | nothing"})
    void icmpTypesAndCodesAreRangesRfc4301Section4411(String what, int start, int end, int ownStart, int ownEnd,
            String words) {
        assertThat(common(List.of(selector("10.1.0.1", "10.1.0.1", ICMP, start, end)),
                List.of(selector("10.1.0.1", "10.1.0.1", ICMP, ownStart, ownEnd)))).as(what).isEqualTo(words);
    }

    @Test
    void typesOfIcmpv6AreNamedToo() {
        assertThat(TrafficSelectors.words(selector("2001:db8::1", "2001:db8::1", ICMPV6, 128 << 8, 128 << 8 | 0xff)))
                .isEqualTo("2001:db8:0:0:0:0:0:1/128[ipv6-icmp/128]");
    }

    @Test
    void opaquePortsAreAmongAllPortsAndAmongNoOthersRfc7296Section3131() {
        TrafficSelector opaque = selector("10.1.0.1", "10.1.0.1", TCP, 65535, 0);
        TrafficSelector all = selector("10.1.0.0", "10.1.0.255", TCP, 0, 65535);
        TrafficSelector some = selector("10.1.0.0", "10.1.0.255", TCP, 1, 65535);

        assertThat(common(List.of(opaque), List.of(all))).isEqualTo("10.1.0.1/32[tcp/opaque]");
        assertThat(common(List.of(all), List.of(opaque))).isEqualTo("10.1.0.1/32[tcp/opaque]");
        assertThat(common(List.of(opaque), List.of(some))).isEqualTo("nothing");
        assertThat(Narrowing.isWithin(List.of(opaque), List.of(all))).isTrue();
        assertThat(Narrowing.isWithin(List.of(opaque), List.of(some))).isFalse();
        assertThat(Narrowing.isWithin(List.of(all), List.of(opaque))).isFalse();
    }

    @Test
    void aHostileListDoesNotMakeTheAnswerLongerThanAPayload() {
        List<TrafficSelector> offered = new ArrayList<>();
        List<TrafficSelector> ours = new ArrayList<>();
        for (int i = 0; i < 255; i++) {
            offered.add(selector("10.1.0.0", "10.1.0.255", TCP, 256 * i, 256 * i + 100));
            ours.add(addresses("10.1.0." + i, "10.1.0." + i));
        }
        assertThat(Narrowing.common(offered, ours)).hasSize(255);
    }

    /** Against a model that asks of every packet of a small world whether it is selected. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void narrowedSelectorsSelectJustWhatBothDo(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<TrafficSelector> offered = some(random);
            List<TrafficSelector> ours = some(random);
            List<TrafficSelector> common = Narrowing.common(offered, ours);
            for (int packet = 0; packet < 8 * 3 * 5; packet++) {
                int at = packet;
                boolean both = offered.stream().anyMatch(each -> selects(each, at))
                        && ours.stream().anyMatch(each -> selects(each, at));
                assertThat(common.stream().anyMatch(each -> selects(each, at))).isEqualTo(both);
            }
            assertThat(common.isEmpty() || Narrowing.isWithin(common, offered)).isTrue();
        }
    }

    private static List<TrafficSelector> some(Random random) {
        List<TrafficSelector> some = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int first = random.nextInt(8);
            int protocol = random.nextInt(3);
            int port = random.nextInt(4);
            boolean opaque = protocol > 0 && random.nextInt(4) == 0;
            boolean ports = protocol > 0 && random.nextBoolean();
            some.add(selector("10.0.0." + first, "10.0.0." + random.nextInt(first, 8), protocol,
                    opaque ? 65535 : ports ? port : 0, opaque ? 0 : ports ? random.nextInt(port, 4) : 65535));
        }
        return some;
    }

    /** Eight addresses, protocols 0 to 2 of which 0 is none in particular, ports 0 to 3 and one that cannot be seen. */
    private static boolean selects(TrafficSelector selector, int packet) {
        int host = packet % 8;
        int protocol = packet / 8 % 3 + 1;
        int port = packet / 24;
        boolean visible = port < 4;
        boolean portFits = selector.isOpaque()
                ? !visible
                : visible ? selector.startPort() <= port && port <= selector.endPort() : selector.hasAllPorts();
        return selector.start().at(3) <= host && host <= selector.end().at(3)
                && (selector.protocol() == 0 || selector.protocol() == protocol) && portFits;
    }
}

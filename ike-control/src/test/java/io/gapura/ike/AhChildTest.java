package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Mode;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Child SAs of AH, RFC 7296 §3.3.1: INTEG, ESN and a key exchange, and no ENCR. */
class AhChildTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private static Child of(Child child, String... proposals) {
        return child.withEspProposals(Proposals.ah(List.of(proposals)));
    }

    private void connect(Child ofLeft, Child ofRight) {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, ofLeft),
                TestPeers.rightConnection(IkeOptions.DEFAULT, ofRight)).connect();
    }

    /** In the data planes of both, with one suite and the right keys. */
    private void assertUp(String suite, int keyBytes) {
        assertThat(peers.leftStatus().children()).singleElement().satisfies(child -> {
            assertThat(child.ah()).isTrue();
            assertThat(child.suite()).isEqualTo(suite);
            assertThat(child.inUdp()).isFalse();
        });
        assertThat(peers.rightStatus().children()).singleElement()
                .satisfies(child -> assertThat(child.suite()).isEqualTo(suite));
        assertThat(peers.leftPlane.inbound.values()).allSatisfy(installed -> {
            assertThat(installed.sa().suite().isAh()).isTrue();
            assertThat(installed.keys().length()).isEqualTo(keyBytes);
        });
        assertThat(peers.trafficFlows()).isTrue();
    }

    /**
     * <pre>
     *   HDR, SK {…, SA(AH), TSi, TSr}  -->
     *                                  <--  HDR, SK {…, SA(AH), TSi, TSr}
     * </pre>
     */
    @ParameterizedTest
    @CsvSource({"sha256-esn, 32", "sha384-noesn, 48", "sha512-esn, 64", "sha1-noesn, 20", "aesxcbc-esn, 16",
        "aescmac-esn, 16",
        "aes128gmac-esn, 20", "aes192gmac-esn, 28", "aes256gmac-noesn, 36"})
    void comesUpInTheFirstExchange(String proposal, int keyBytes) {
        connect(of(TestPeers.leftChild(), proposal), of(TestPeers.rightChild(), proposal));

        assertUp(proposal, keyBytes);
    }

    @Test
    void takesTheFirstProposalThatBothHave() {
        connect(of(TestPeers.leftChild(), "sha1", "sha384-sha256-esn-noesn"), of(TestPeers.rightChild()));

        assertUp("sha256-esn", 32);
    }

    /**
     * <pre>
     *   HDR, SK {N(REKEY_SA, AH, SPI), SA(AH), Ni, KEi, TSi, TSr}  -->
     *                                  <--  HDR, SK {SA(AH), Nr, KEr, TSi, TSr}
     *   HDR, SK {D(AH, SPI)}  -->
     *                                  <--  HDR, SK {D(AH, SPI)}
     * </pre>
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isRekeyedWithAKeyExchangeOfItsOwn(boolean byLeft) {
        connect(of(TestPeers.leftChild(), "sha256-x25519-esn"), of(TestPeers.rightChild(), "sha256-x25519-esn"));
        int before = peers.leftStatus().children().getFirst().spiIn();

        (byLeft ? peers.left : peers.right).rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofMinutes(2));

        assertUp("sha256-x25519-esn", 32);
        assertThat(peers.leftStatus().children().getFirst().spiIn()).isNotEqualTo(before);
        assertThat(peers.leftPlane.inbound).hasSize(1);
        assertThat(peers.rightPlane.inbound).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isDeletedFromEitherSide(boolean byLeft) {
        connect(of(TestPeers.leftChild()), of(TestPeers.rightChild()));

        (byLeft ? peers.left : peers.right).terminateChild("net", peers.network.nowNs);
        peers.run(Duration.ofMinutes(2));

        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.outbound).isEmpty();
    }

    @Test
    void goesBesideAChildOfEsp() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, of(TestPeers.leftChild()), TestPeers.otherLeftChild()),
                TestPeers.rightConnection(IkeOptions.DEFAULT, of(TestPeers.rightChild()), TestPeers.otherRightChild()));
        peers.left.initiate("peer", "net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        peers.left.initiate("peer", "other", peers.network.nowNs);
        peers.run(Duration.ofSeconds(5));

        assertThat(peers.leftStatus().children()).extracting(IkeSaStatus.ChildStatus::ah)
                .containsExactlyInAnyOrder(true, false);
        assertThat(peers.trafficFlows()).isTrue();
        peers.right.terminateChild("net", peers.network.nowNs);
        peers.run(Duration.ofMinutes(2));
        assertThat(peers.leftStatus().children()).singleElement().matches(child -> !child.ah());
    }

    @Test
    void isAgreedOnInTransportMode() {
        connect(of(host(TestPeers.LEFT, TestPeers.RIGHT)), of(host(TestPeers.RIGHT, TestPeers.LEFT)));

        assertUp("sha256-esn", 32);
        assertThat(peers.leftStatus().children().getFirst().transport()).isTrue();
    }

    private static Child host(InetAddress local, InetAddress remote) {
        return Child.of("net", selector(local), selector(remote)).withMode(Mode.TRANSPORT);
    }

    private static TrafficSelector selector(InetAddress address) {
        Bytes raw = Bytes.copyOf(address.getAddress());
        return TrafficSelector.ofAddresses(raw, raw);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotMistakenForEsp(boolean leftIsAh) {
        Child left = TestPeers.leftChild().withEspProposals(Proposals.esp(List.of("null-sha256-esn")));
        Child right = TestPeers.rightChild().withEspProposals(Proposals.esp(List.of("null-sha256-esn")));
        connect(leftIsAh ? of(left, "sha256-esn") : left, leftIsAh ? right : of(right, "sha256-esn"));

        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
        assertThat(peers.failures).singleElement().asString().contains("NO_PROPOSAL_CHOSEN");
    }

    /** A NAT changes what AH authenticates, and AH has no encapsulation that would hide that. */
    @Test
    void isRefusedBehindANat() {
        IkeOptions forced = IkeOptions.DEFAULT.withForcedEncapsulation();
        Connection left = TestPeers.leftConnection(forced, of(TestPeers.leftChild()));
        Connection right = TestPeers.rightConnection(IkeOptions.DEFAULT, of(TestPeers.rightChild()));
        peers.load(left, right).connect();

        assertThat(peers.leftStatus().state()).hasToString("ESTABLISHED");
        assertThat(peers.failures).singleElement().asString().contains("NO_PROPOSAL_CHOSEN");
        assertThat(peers.leftStatus().children()).isEmpty();
        assertThat(peers.rightStatus().children()).isEmpty();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.reserved).isEmpty();
    }
}

package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.TransformType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8750: for ESP, if both are configured to. What goes over the wire then is in {@code EspVectorsTest}. */
class ImplicitIvTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private void connect(String left, String right) {
        peers.load(
                TestPeers.leftConnection(IkeOptions.DEFAULT,
                        TestPeers.leftChild().withEspProposals(Proposals.esp(List.of(left.split(" ", -1))))),
                TestPeers.rightConnection(IkeOptions.DEFAULT,
                        TestPeers.rightChild().withEspProposals(Proposals.esp(List.of(right.split(" ", -1))))))
                .connect();
    }

    @ParameterizedTest
    @CsvSource({"aes256gcm16iiv-esn, aes256gcm16iiv-esn, aes256gcm16iiv-esn",
        "aes128gcm16iiv-noesn, aes128gcm16iiv-noesn, aes128gcm16iiv-noesn",
        "aes128ccm8iiv-noesn, aes128ccm8iiv-noesn, aes128ccm8iiv-noesn",
        "aes256ccm8iiv-aes256ccm8-esn, aes256ccm8iiv-esn, aes256ccm8iiv-esn",
        "chacha20poly1305iiv-esn, chacha20poly1305iiv-esn-noesn, chacha20poly1305iiv-esn",
        "aes256gcm16iiv-aes256gcm16-esn, aes256gcm16-esn, aes256gcm16-esn",
        "aes256gcm16iiv-esn aes256gcm16-esn, aes256gcm16-esn, aes256gcm16-esn",
        "aes256gcm16-esn, aes256gcm16iiv-aes256gcm16-esn, aes256gcm16-esn"})
    void isAgreedOnIfBothWantIt(String left, String right, String agreed) {
        connect(left, right);

        assertThat(peers.leftStatus().children()).singleElement()
                .satisfies(child -> assertThat(child.suite()).isEqualTo(agreed));
        assertThat(peers.trafficFlows()).isTrue();
        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        assertThat(peers.leftStatus().children()).singleElement()
                .satisfies(child -> assertThat(child.suite()).isEqualTo(agreed));
        assertThat(peers.trafficFlows()).isTrue();
    }

    @Test
    void isNotForThoseWhoDoNotAskForIt() {
        connect("aes256gcm16iiv-esn", "aes256gcm16-esn");

        assertThat(peers.leftPlane.inbound).isEmpty();
        for (Proposal proposal : Proposals.esp(List.of())) {
            assertThat(proposal.transforms(TransformType.ENCRYPTION))
                    .noneMatch(each -> each.id() >= 29 && each.id() <= 31);
        }
    }

    /** RFC 8750 §4: IKE's own messages have no sequence numbers. */
    @Test
    void isNotForIke() {
        assertThatThrownBy(() -> Proposals.ike(List.of("aes256gcm16iiv-prfsha256-x25519")))
                .hasMessageContaining("aes256gcm16iiv");
    }
}

package io.gapura.ike;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.Wrapping;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Padding against traffic analysis: not towards a peer that does not accept it, RFC 7296 §1.3.1. */
final class PaddingTest {
    private static final int PAD_TO = 576;

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isForThoseThatAcceptIt(boolean accepted) {
        Connection right = TestPeers.rightForAnybody();
        Wrapping padded = new Wrapping(Wrapping.Df.COPY, List.of(), false, PAD_TO, 0);
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()),
                new Connection(right.name(), right.localAddress(), null, right.remotePort(), right.auth(),
                        right.proposals(), List.of(TestPeers.rightChild().withWrapping(padded)), right.options()))
                .connect();
        Adversary peer = Adversary.elsewhere(peers).connect();
        Set<Integer> before = new TreeSet<>(peers.rightPlane.inbound.keySet());
        List<Payload> payloads = new ArrayList<>(List.of(Adversary.esp(0x7100), new NoncePayload(Bytes.zeros(32)),
                Adversary.ts(Role.INITIATOR, TestPeers.selector("10.1.0.0", "10.1.255.255")),
                Adversary.ts(Role.RESPONDER, TestPeers.selector("10.2.0.0", "10.2.255.255"))));
        if (!accepted) {
            payloads.addFirst(new NotifyPayload(NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED));
        }
        assertThat(peer.request(ExchangeType.CREATE_CHILD_SA, payloads).error()).isNull();
        assertThat(peers.rightPlane.inbound.keySet()).filteredOn(spi -> !before.contains(spi)).singleElement()
                .satisfies(spi -> assertThat(
                        requireNonNull(peers.rightPlane.inbound.get(spi)).sa().child().wrapping().padTo())
                        .isEqualTo(accepted ? PAD_TO : 0));
    }
}

package io.gapura.ike;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.crypto.Encryption;
import io.gapura.ike.crypto.Integrity;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.Prf;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.UnknownPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack cases B1 to B5: proposals, public values and nonces that make no sense. B6 is in {@link PostQuantumTest}. */
final class NegotiationAttackTest {
    private static final Transform GCM = new Transform(TransformType.ENCRYPTION, 20, 256);
    private static final Transform PRF = Transform.of(TransformType.PRF, 5);
    private static final Transform X25519 = Transform.of(TransformType.KEY_EXCHANGE, 31);
    private static final Transform SHA256 = Transform.of(TransformType.INTEGRITY, 12);

    private final TestPeers peers = new TestPeers(TestNetwork.perfect());
    private final Adversary adversary = Adversary.elsewhere(peers);

    NegotiationAttackTest() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), TestPeers.rightForAnybody())
                .connect();
    }

    @AfterEach
    void nothingIsLeft() {
        peers.run(Duration.ofSeconds(31));
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.right.status(peers.network.nowNs)).hasSize(1);
        assertThat(peers.trafficFlows()).isTrue();
    }

    private static Proposal ike(Transform... transforms) {
        return new Proposal(1, Protocol.IKE, Bytes.EMPTY, List.of(transforms));
    }

    private List<Payload> offering(List<Proposal> proposals) {
        List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
        payloads.set(0, new SaPayload(proposals));
        return payloads;
    }

    private void assertRefused(List<Payload> payloads, NotifyType... answers) {
        int halfOpen = peers.right.halfOpenCount();
        long malformed = peers.right.dropped(IkeDrop.MALFORMED);
        IkeMessage answer = adversary.maybeAsk(adversary.init(payloads));
        if (answer == null) {
            assertThat(peers.right.dropped(IkeDrop.MALFORMED)).isEqualTo(malformed + 1);
        } else {
            assertThat(answer.payloads()).hasSize(1);
            assertThat(List.of(answers)).contains(answer.notifications().getFirst().notifyType());
        }
        assertThat(peers.right.halfOpenCount()).isEqualTo(halfOpen);
        peers.run(Duration.ofSeconds(1));
    }

    static Stream<List<Proposal>> b1() {
        return Stream.of(List.of(ike(GCM, PRF)), List.of(ike(GCM, X25519)), List.of(ike(PRF, X25519)),
                List.of(ike(GCM, SHA256, PRF, X25519)),
                List.of(ike(new Transform(TransformType.ENCRYPTION, 12, 256), PRF, X25519)), List.of(ike()),
                List.of(), Collections.nCopies(255, ike(GCM, PRF)),
                List.of(new Proposal(1, Protocol.IKE, Bytes.zeros(8), List.of(GCM, PRF, X25519))),
                List.of(new Proposal(1, Protocol.ESP, Bytes.zeros(4), List.of(GCM, PRF, X25519))),
                List.of(ike(Stream.concat(Stream.of(PRF, X25519), Stream.generate(() -> SHA256).limit(250))
                        .toArray(Transform[]::new))));
    }

    @ParameterizedTest
    @MethodSource("b1")
    void b1IncompleteOrOddProposals(List<Proposal> proposals) {
        assertRefused(offering(proposals), NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.INVALID_SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 129, 512, 65_535})
    void b2KeyLengthsThatDoNotExist(int bits) {
        assertRefused(offering(List.of(ike(new Transform(TransformType.ENCRYPTION, 20, bits), PRF, X25519))),
                NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.INVALID_SYNTAX);
    }

    @Test
    void b2KeyLengthsThatAreMissingOrTooMuch() {
        assertRefused(offering(List.of(ike(Transform.of(TransformType.ENCRYPTION, 20), PRF, X25519))),
                NotifyType.NO_PROPOSAL_CHOSEN);
        assertRefused(offering(List.of(ike(GCM, new Transform(TransformType.PRF, 5, 256), X25519))),
                NotifyType.NO_PROPOSAL_CHOSEN);
    }

    @Test
    void b2AttributesThatRunOver() {
        for (Bytes attribute : List.of(Bytes.of(0x00, 0x0e, 0xff, 0xff), Bytes.of(0x80), Bytes.of(0x80, 0x0e, 1))) {
            Bytes transform = Bytes.concat(Bytes.of(0, 0), Bytes.ofShort(8 + attribute.length()), Bytes.of(1, 0),
                    Bytes.ofShort(20), attribute);
            Bytes proposal = Bytes.concat(Bytes.of(0, 0), Bytes.ofShort(8 + transform.length()), Bytes.of(1, 1, 0, 1),
                    transform);
            List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
            payloads.set(0, new UnknownPayload(PayloadType.SA, false, proposal));
            assertRefused(payloads, NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.INVALID_SYNTAX);
        }
    }

    @Test
    void b3WhatWeDoNotHaveIsNeverChosen() {
        for (int id : new int[] {0, 1, 2, 5, 22, 23, 24, 25, 26, 33, 34, 1024, 1025, 1030, 65_535}) {
            assertRefused(offering(List.of(ike(GCM, PRF, Transform.of(TransformType.KEY_EXCHANGE, id)))),
                    NotifyType.NO_PROPOSAL_CHOSEN);
        }
        for (int id : new int[] {0, 1, 2, 3, 11, 21, 24, 29, 1024, 65_535}) {
            assertRefused(offering(List.of(ike(new Transform(TransformType.ENCRYPTION, id, 256), SHA256, PRF,
                    X25519))), NotifyType.NO_PROPOSAL_CHOSEN);
        }
        for (int id : new int[] {0, 1, 3, 9, 1024, 65_535}) {
            assertRefused(offering(List.of(ike(GCM, Transform.of(TransformType.PRF, id), X25519))),
                    NotifyType.NO_PROPOSAL_CHOSEN);
        }
    }

    /** What we offer by ourselves we can do. */
    @Test
    void b3EverythingAdvertisedIsImplemented() {
        List<Transform> implemented = new ArrayList<>();
        Stream.of(Encryption.values()).forEach(each -> implemented.add(each.transform()));
        Stream.of(Integrity.values()).forEach(each -> implemented.add(each.transform()));
        Stream.of(Prf.values()).forEach(each -> implemented.add(each.transform()));
        Stream.of(KeyExchangeMethod.values()).forEach(each -> implemented.add(each.transform()));
        for (Proposal proposal : Proposals.ike(List.of())) {
            assertThat(proposal.transforms()).filteredOn(each -> each.type().number() <= 4).isNotEmpty()
                    .isSubsetOf(implemented);
        }
    }

    @Test
    void b4OtherGroupsAreAskedForOurs() {
        List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
        for (int group : new int[] {0, 14, 1025, 65_535}) {
            payloads.set(1, new KePayload(group, Bytes.zeros(256)));
            NotifyPayload error = adversary.ask(adversary.init(payloads))
                    .notification(NotifyType.INVALID_KE_PAYLOAD);
            assertThat(requireNonNull(error).value()).as("group %d", group).isEqualTo(Bytes.ofShort(31));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64, 10_000})
    void b4PublicValuesOfTheWrongLength(int length) {
        List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
        payloads.set(1, new KePayload(31, Bytes.zeros(length)));
        assertRefused(payloads, NotifyType.INVALID_SYNTAX);
    }

    /** Of low order, not on the curve, 0, 1 and p - 1: the IKE SA ends with the first message that needs its keys. */
    @ParameterizedTest
    @ValueSource(strings = {"x25519 00", "x25519 01", "x448 00", "x448 01", "ecp256 01", "ecp384 00", "ecp521 02",
        "modp2048 00", "modp2048 01", "modp2048 ff"})
    void b4PublicValuesThatWouldMakeTheSecretPredictable(String evil) {
        KeyExchangeMethod method = Stream.of(KeyExchangeMethod.values())
                .filter(each -> each.keyword().equals(evil.substring(0, evil.indexOf(' ')))).findFirst().orElseThrow();
        byte[] value = new byte[method.publicBytes()];
        boolean littleEndian = evil.startsWith("x");
        int last = Integer.parseInt(evil.substring(evil.indexOf(' ') + 1), 16);
        if (last == 0xff) {
            Arrays.fill(value, (byte) last);
        } else {
            value[littleEndian ? 0 : value.length - 1] = (byte) last;
        }
        List<Payload> payloads = offering(List.of(ike(GCM, PRF, method.transform())));
        payloads.set(1, new KePayload(method.group(), Bytes.copyOf(value)));
        IkeMessage answer = adversary.ask(adversary.init(payloads));
        long rightSpi = answer.header().responderSpi();
        long malformed = peers.right.dropped(IkeDrop.MALFORMED);
        if (rightSpi != 0) {
            assertThat(adversary.exchange(new IkeMessage(adversary.header(ExchangeType.IKE_AUTH, rightSpi, 1),
                    List.of(new Payload.EncryptedPayload(PayloadType.ID_INITIATOR, Bytes.zeros(100)))).encode()))
                    .isEmpty();
            assertThat(peers.right.dropped(IkeDrop.MALFORMED)).isEqualTo(malformed + 1);
        }
        assertThat(peers.right.halfOpenCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 15, 257, 5_000})
    void b5NoncesOfTheWrongLength(int length) {
        List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
        payloads.set(2, new UnknownPayload(PayloadType.NONCE, false, Bytes.zeros(length)));
        assertRefused(payloads);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 256})
    void b5TheShortestAndTheLongestNonceAreFine(int length) {
        List<Payload> payloads = new ArrayList<>(adversary.initPayloads());
        payloads.set(2, new NoncePayload(Bytes.zeros(length)));
        IkeMessage answer = adversary.ask(adversary.init(payloads));
        assertThat(answer.find(SaPayload.class)).isNotNull();
    }
}

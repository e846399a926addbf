package io.gapura.ike.crypto;

import static io.gapura.ike.crypto.RecordedExchange.need;
import static io.gapura.ike.crypto.RecordedExchange.nonces;
import static io.gapura.ike.crypto.RecordedExchange.spis;
import static io.gapura.ike.crypto.RecordedExchange.suite;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.crypto.Opened.Complete;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** strongSwan's messages open with keys that we derive, and say what strongSwan says they say. */
final class RecordedExchangeTest {
    private static final int INIT = 0;
    private static final int AUTH = 2;
    private static final int REKEY_CHILD = 4;
    private static final int REKEY_IKE = 8;
    private static final int DELETE_NEW_IKE = 12;

    @ParameterizedTest
    @ValueSource(strings = {"gcm-x25519", "cbc-ecp256-fragments", "cbc-modp2048", "gcm-ecp384-fragments"})
    @Retention(RetentionPolicy.RUNTIME)
    @interface OnEachRecording {
    }

    @OnEachRecording
    void initMessagesComeOutAsTheyWentIn(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        for (int message = INIT; message < AUTH; message++) {
            assertThat(recorded.clear(message).encode()).isEqualTo(recorded.datagram(message));
            assertThat(words(recorded.clear(message))).isEqualTo(strongSwanWords(recorded.story(message)));
        }
    }

    @OnEachRecording
    void proposalIsWhatTheKeywordsMean(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        List<Proposal> wanted = Proposals.ike(recorded.proposal("proposal"));
        List<Proposal> offered = need(recorded.clear(INIT), SaPayload.class).proposals();
        assertThat(Proposals.describe(offered)).isEqualTo(Proposals.describe(wanted));
        assertThat(ProposalSelection.choose(offered, wanted)).isInstanceOf(Selection.Chosen.class);
        assertThat(ProposalSelection.verify(need(recorded.clear(1), SaPayload.class).proposals(), wanted))
                .isInstanceOf(Selection.Chosen.class);
    }

    @OnEachRecording
    void keysAreThoseOfTheLog(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        assertKeys(recorded, 0, recorded.firstKeys());
    }

    @OnEachRecording
    void natDetectionHashesAreTheirs(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        for (int message = INIT; message < AUTH; message++) {
            IkeMessage init = recorded.clear(message);
            Bytes destination = Bytes.of(10, 66, 0, recorded.sender(message) == Role.INITIATOR ? 2 : 1);
            NotifyPayload notify = requireNonNull(init.notification(NotifyType.NAT_DETECTION_DESTINATION_IP));
            assertThat(NatDetection.hash(spis(init.header()), destination, 500)).isEqualTo(notify.value());
        }
    }

    @OnEachRecording
    void sharedKeyAuthenticatesBothSides(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        for (Role signer : Role.values()) {
            int init = signer == Role.INITIATOR ? INIT : INIT + 1;
            IkeMessage auth = open(recorded, recorded.firstProtection(signer.opposite()), AUTH + init);
            AuthPayload payload = need(auth, AuthPayload.class);
            PayloadType idType = signer == Role.INITIATOR ? PayloadType.ID_INITIATOR : PayloadType.ID_RESPONDER;
            IdPayload id = requireNonNull(auth.find(IdPayload.class, idType));
            Bytes peerNonce = need(recorded.clear(1 - init), NoncePayload.class).nonce();
            Prf prf = suite(recorded.clear(1)).prf();
            Bytes octets = SignedOctets.of(prf, recorded.firstKeys().p(signer), recorded.datagram(init), peerNonce,
                    id.body(), Bytes.EMPTY);
            assertThat(payload.method()).isEqualTo(AuthMethod.SHARED_KEY);
            assertThat(SignedOctets.sharedKeyMac(prf, recorded.psk(), octets)).isEqualTo(payload.value());
        }
    }

    @OnEachRecording
    void childKeysAreThoseOfTheLog(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        MessageProtection responder = recorded.firstProtection(Role.RESPONDER);
        MessageProtection initiator = recorded.firstProtection(Role.INITIATOR);
        EspSuite first = EspSuite.of(chosen(open(recorded, initiator, AUTH + 1)));
        assertChildKeys(recorded, 0, first, nonces(recorded.clear(INIT), recorded.clear(INIT + 1)));

        IkeMessage request = open(recorded, responder, REKEY_CHILD);
        IkeMessage response = open(recorded, initiator, REKEY_CHILD + 1);
        EspSuite second = EspSuite.of(chosen(response));
        assertThat(second.keyExchange()).isNotNull();
        assertChildKeys(recorded, 1, second, nonces(request, response));
    }

    @OnEachRecording
    void rekeyedIkeSaHasTheLogsKeysAndOpens(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        IkeMessage request = open(recorded, recorded.firstProtection(Role.RESPONDER), REKEY_IKE);
        IkeMessage response = open(recorded, recorded.firstProtection(Role.INITIATOR), REKEY_IKE + 1);
        IkeSuite suite = suite(response);
        IkeSpis spis = new IkeSpis(chosen(request).spi().longAt(0), chosen(response).spi().longAt(0));
        IkeKeys keys = KeySchedule.rekeyed(suite(recorded.clear(1)).prf(), recorded.firstKeys().d(), suite,
                new SharedSecrets().add(Secret.copyOf(recorded.ike(1, "shared"))), nonces(request, response), spis);
        assertKeys(recorded, 1, keys);
        MessageProtection responder = new MessageProtection(suite, keys, Role.RESPONDER, new SecureRandom());
        IkeMessage delete = open(recorded, responder, DELETE_NEW_IKE);
        assertThat(spis(delete.header())).isEqualTo(spis);
        assertThat(words(delete)).isEqualTo("D");
    }

    @OnEachRecording
    void everyMessageOfTheFirstSaOpensAndSaysWhatStrongSwanSays(String name) throws Exception {
        RecordedExchange recorded = RecordedExchange.load(name + ".json");
        Map<Role, MessageProtection> receivers = Map.of(Role.INITIATOR, recorded.firstProtection(Role.INITIATOR),
                Role.RESPONDER, recorded.firstProtection(Role.RESPONDER));
        for (int message = AUTH; message < DELETE_NEW_IKE; message++) {
            MessageProtection receiver = receivers.get(recorded.sender(message).opposite());
            IkeMessage opened = open(recorded, requireNonNull(receiver), message);
            assertThat(words(opened)).isEqualTo(strongSwanWords(recorded.story(message)));
        }
    }

    private static IkeMessage open(RecordedExchange recorded, MessageProtection receiver, int message) {
        Opened opened = new Opened.Rejected("nothing to open");
        for (Bytes datagram : recorded.datagrams(message)) {
            opened = receiver.open(datagram);
        }
        assertThat(opened).isInstanceOf(Complete.class);
        return ((Complete) opened).message();
    }

    private static Proposal chosen(IkeMessage message) {
        return need(message, SaPayload.class).proposals().getFirst();
    }

    private static void assertKeys(RecordedExchange recorded, int sa, IkeKeys keys) {
        Map<String, Secret> secrets = Map.of("d", keys.d(), "ai", keys.ai(), "ar", keys.ar(), "ei", keys.ei(), "er",
                keys.er(), "pi", keys.pi(), "pr", keys.pr());
        secrets.forEach((key, secret) -> assertThat(Bytes.copyOf(secret.toArray())).as(key)
                .isEqualTo(recorded.ike(sa, key)));
    }

    private static void assertChildKeys(RecordedExchange recorded, int sa, EspSuite suite, Nonces nonces)
            throws MalformedMessage {
        Bytes shared = recorded.child(sa, "shared");
        ChildKeys keys = KeySchedule.child(suite(recorded.clear(1)).prf(), recorded.firstKeys().d(), suite,
                shared.isEmpty() ? new SharedSecrets() : new SharedSecrets().add(Secret.copyOf(shared)), nonces);
        assertThat(Bytes.copyOf(keys.outbound(Role.INITIATOR).toArray())).isEqualTo(recorded.child(sa, "initiator"));
        assertThat(Bytes.copyOf(keys.inbound(Role.INITIATOR).toArray())).isEqualTo(recorded.child(sa, "responder"));
    }

    /** Payload types in order, notifications only as N. */
    private static String words(IkeMessage message) {
        return message.payloads().stream().map(Payload::type).map(PayloadType::toString)
                .collect(Collectors.joining(" "));
    }

    private static String strongSwanWords(String story) {
        String inner = story.substring(story.indexOf('[') + 1, story.lastIndexOf(']')).strip();
        return inner.replaceAll("N\\(\\w+\\)", "N").replaceAll("\\bNo\\b", "Nonce");
    }
}

package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.crypto.Opened.Complete;
import io.gapura.ike.crypto.Opened.Malformed;
import io.gapura.ike.crypto.Opened.Partial;
import io.gapura.ike.crypto.Opened.Rejected;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageProtectionTest {
    private static final String GCM = "aes256gcm16-prfsha384-x25519";
    private static final String CBC = "aes128-sha256-ecp256";
    private static final int SMALL = 200;

    private static IkeMessage message(int messageId, int payloadBytes) {
        return new IkeMessage(ProtectedPair.request(messageId),
                List.of(new VendorIdPayload(Bytes.zeros(payloadBytes))));
    }

    @ParameterizedTest
    @ValueSource(strings = {GCM, CBC, "aes128gcm16-prfsha256-ecp384", "aes192-sha384-ecp256",
        "aes256-sha512-modp2048", "chacha20poly1305-prfsha256-x448", "aes128ccm8-prfaesxcbc-ecp521",
        "aes256gcm8-prfaescmac-ecp256bp", "aes192ctr-aescmac-prfsha1-x25519", "aes128-aesxcbc-modp2048",
        "aes256-sha1-ecp256"})
    void everyLengthSurvivesWholeAndInFragments(String suite) {
        ProtectedPair pair = ProtectedPair.of(suite);
        for (int bytes = 0; bytes < 700; bytes += 7) {
            IkeMessage sent = message(bytes, bytes);
            List<Bytes> whole = pair.initiator().seal(sent, MessageProtection.UNFRAGMENTED);
            assertThat(whole).hasSize(1);
            assertThat(pair.responder().open(whole.getFirst())).isEqualTo(complete(sent));
            List<Bytes> fragments = pair.initiator().seal(sent, SMALL);
            assertThat(fragments).allMatch(fragment -> fragment.length() <= SMALL);
            assertThat(pair.lastOf(fragments)).isEqualTo(complete(sent));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GCM, CBC})
    void emptyMessagesSurvive(String suite) {
        ProtectedPair pair = ProtectedPair.of(suite);
        IkeMessage empty = new IkeMessage(ProtectedPair.request(3), List.of());
        assertThat(pair.lastOf(pair.initiator().seal(empty, SMALL))).isEqualTo(complete(empty));
    }

    /** Whole or in fragments: IKE_AUTH vouches for the same octets, RFC 9242 §3.3.1. */
    private static Complete complete(IkeMessage message) {
        return new Complete(message, IntAuth.octets(message));
    }

    @Test
    void responderAnswersLikewise() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        IkeMessage answer = new IkeMessage(ProtectedPair.request(3).answer(),
                List.of(new NotifyPayload(NotifyType.INVALID_SYNTAX)));
        Bytes datagram = pair.responder().seal(answer, SMALL).getFirst();
        assertThat(pair.initiator().open(datagram)).isEqualTo(complete(answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {GCM, CBC})
    void everyFlippedBitIsNoticed(String suite) {
        ProtectedPair pair = ProtectedPair.of(suite);
        byte[] sealed = pair.initiator().seal(message(1, 20), SMALL).getFirst().toArray();
        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            sealed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThat(pair.responder().open(Bytes.copyOf(sealed))).isInstanceOf(Rejected.class);
            sealed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        }
        assertThat(pair.responder().open(Bytes.copyOf(sealed))).isInstanceOf(Complete.class);
    }

    /** Case D7. */
    @Test
    void ourOwnMessagesComingBackAreRefused() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        Bytes ours = pair.initiator().seal(message(1, 20), SMALL).getFirst();
        assertThat(pair.initiator().open(ours)).isEqualTo(new Rejected("claims to come from ourselves"));
    }

    @Test
    void clearTextIsRefused() {
        assertThat(ProtectedPair.of(GCM).responder().open(message(1, 20).encode()))
                .isEqualTo(new Rejected("not encrypted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {GCM, CBC})
    void initializationVectorsNeverRepeat(String suite) {
        ProtectedPair pair = ProtectedPair.of(suite);
        Set<Bytes> vectors = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Bytes datagram = pair.initiator().seal(message(1, 20), SMALL).getFirst();
            assertThat(vectors.add(datagram.slice(IkeHeader.BYTES + 4, IkeHeader.BYTES + 12))).isTrue();
        }
    }

    @Test
    void fragmentsComeInAnyOrderAndTwice() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        IkeMessage sent = message(1, 500);
        List<Bytes> fragments = pair.initiator().seal(sent, SMALL);
        assertThat(fragments).hasSize(4);
        assertThat(pair.lastOf(fragments.reversed())).isEqualTo(complete(sent));
        assertThat(pair.responder().open(fragments.get(2)))
                .isEqualTo(new Partial(sent.header(), 3, 4, 1));
        assertThat(pair.responder().open(fragments.get(2)))
                .isEqualTo(new Partial(sent.header(), 3, 4, 1));
        assertThat(pair.lastOf(List.of(fragments.get(0), fragments.get(1), fragments.get(3))))
                .isEqualTo(complete(sent));
    }

    /** Case C6: what is not authentic leaves no trace. */
    @Test
    void forgedFragmentsAreNotStored() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        IkeMessage sent = message(1, 300);
        List<Bytes> fragments = pair.initiator().seal(sent, SMALL);
        Bytes genuine = fragments.get(1);
        Bytes forged = Bytes.concat(genuine.slice(0, genuine.length() - 1),
                Bytes.of(~genuine.at(genuine.length() - 1)));
        assertThat(pair.responder().open(fragments.get(0))).isInstanceOf(Partial.class);
        assertThat(pair.responder().open(forged)).isEqualTo(new Rejected("not authentic"));
        assertThat(pair.responder().open(genuine)).isInstanceOf(Partial.class);
        assertThat(pair.responder().open(fragments.get(2))).isEqualTo(complete(sent));
    }

    /** RFC 7383 §2.6.1: the sender has found the path to be narrower. */
    @Test
    void moreFragmentsOfTheSameMessageReplaceTheOldOnes() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        IkeMessage sent = message(1, 500);
        List<Bytes> few = pair.initiator().seal(sent, 300);
        List<Bytes> many = pair.initiator().seal(sent, 150);
        pair.responder().open(few.getFirst());
        pair.responder().open(many.getFirst());
        assertThat(pair.responder().open(few.getLast())).isInstanceOf(Rejected.class);
        assertThat(pair.lastOf(many.subList(1, many.size()))).isEqualTo(complete(sent));
    }

    @Test
    void newerMessagesReplaceOlderOnesButNotTheOtherWayRound() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        List<Bytes> old = pair.initiator().seal(message(1, 500), SMALL);
        List<Bytes> young = pair.initiator().seal(message(2, 500), SMALL);
        pair.responder().open(old.getFirst());
        pair.responder().open(young.getFirst());
        assertThat(pair.responder().open(old.get(1))).isEqualTo(new Rejected("fragment of an older message"));
        assertThat(pair.lastOf(young)).isInstanceOf(Complete.class);
    }

    /** Case C6: more fragments than we take are not even decrypted. */
    @Test
    void moreThan64FragmentsAreRefused() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        assertThat(pair.responder().open(pair.sealFragment(1, 1, 65, Bytes.zeros(8))))
                .isEqualTo(new Rejected("65 fragments"));
        assertThat(pair.responder().open(pair.sealFragment(1, 1, 65_535, Bytes.zeros(8))))
                .isInstanceOf(Rejected.class);
        assertThat(pair.responder().open(pair.sealFragment(1, 0, 2, Bytes.zeros(8)))).isInstanceOf(Rejected.class);
        assertThat(pair.responder().open(pair.sealFragment(1, 3, 2, Bytes.zeros(8)))).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> pair.initiator().seal(message(1, 20_000), SMALL))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Case C6: 64 KiB is the end. */
    @Test
    void fragmentsOfMoreThan64KibAreForgotten() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        for (int number = 1; number <= 64; number++) {
            Opened opened = pair.responder().open(pair.sealFragment(1, number, 64, Bytes.zeros(1100)));
            assertThat(opened).isInstanceOf(Partial.class);
        }
    }

    /** Case C6: many beginnings, one place. */
    @Test
    void thousandBeginningsTakeThePlaceOfOne() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        for (int id = 0; id < 1000; id++) {
            assertThat(pair.responder().open(pair.sealFragment(id, 1, 64, Bytes.zeros(1000))))
                    .isEqualTo(new Partial(ProtectedPair.request(id), 1, 64, 1));
        }
    }

    /** Case E2. */
    @Test
    void authenticNonsenseIsThePeersFault() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        Opened opened = pair.responder().open(pair.seal(PayloadType.NOTIFY, Bytes.ofHex("00000003" + "00")));
        assertThat(opened).isInstanceOfSatisfying(Malformed.class,
                malformed -> assertThat(malformed.fault().answer()).isEqualTo(NotifyType.INVALID_SYNTAX));
    }

    /** Case A4 within an SA. */
    @Test
    void unknownCriticalPayloadsCanBeAnswered() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        Opened opened = pair.responder().open(pair.seal(new PayloadType(200), Bytes.ofHex("0080000400")));
        assertThat(opened).isInstanceOfSatisfying(Malformed.class, malformed -> {
            assertThat(malformed.fault().answer()).isEqualTo(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD);
            assertThat(malformed.fault().answerValue()).isEqualTo(Bytes.of(200));
            assertThat(malformed.header()).isEqualTo(ProtectedPair.request(0));
        });
    }

    @Test
    void encryptedPayloadsWithinOthersAreRefused() {
        ProtectedPair pair = ProtectedPair.of(CBC);
        Opened opened = pair.responder().open(pair.seal(PayloadType.ENCRYPTED, Bytes.ofHex("2900000800000000")));
        assertThat(opened).isInstanceOf(Malformed.class);
    }

    @Test
    void paddingLongerThanTheTextIsThePeersFault() {
        ProtectedPair pair = ProtectedPair.of(GCM);
        assertThat(pair.responder().open(pair.sealPadded(PayloadType.NONE, Bytes.of(1)))).isInstanceOf(Malformed.class);
        assertThat(pair.responder().open(pair.sealPadded(PayloadType.NONE, Bytes.of(9, 9, 9, 9, 4))))
                .isEqualTo(complete(new IkeMessage(ProtectedPair.request(0), List.of())));
    }

    @Test
    void keysPrintNothing() {
        assertThat(ProtectedPair.of(GCM).keys().toString()).doesNotContainPattern("[0-9a-f]{8}");
        assertThat(ProtectedPair.of(GCM).keys().p(Role.INITIATOR)).hasToString("***");
    }
}

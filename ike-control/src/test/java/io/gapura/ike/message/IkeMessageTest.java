package io.gapura.ike.message;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.DeletePayload;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Payload.UnknownPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Well-formed messages come out as they went in; each malformed one is refused for its own reason. */
final class IkeMessageTest {
    private static final IkeHeader HEADER = new IkeHeader(0x1122334455667788L, 0, ExchangeType.IKE_SA_INIT,
            Role.INITIATOR, false, 0);
    private static final Bytes NONCE = Bytes.zeros(32);

    private static IkeMessage message(Payload... payloads) {
        return new IkeMessage(HEADER, List.of(payloads));
    }

    /** A message of one payload with this body. */
    private static Bytes datagram(int type, int flags, Bytes body) {
        Bytes payload = Bytes.concat(Bytes.of(0, flags), Bytes.ofShort(4 + body.length()), body);
        return datagram(type, payload);
    }

    private static Bytes datagram(int first, Bytes chain) {
        Bytes start = message().encode().slice(0, 16);
        return Bytes.concat(start, Bytes.of(first, 0x20, 34, 8), Bytes.ofInt(0),
                Bytes.ofInt(IkeHeader.BYTES + chain.length()), chain);
    }

    private static Bytes with(Bytes datagram, int at, int... bytes) {
        byte[] changed = datagram.toArray();
        for (int i = 0; i < bytes.length; i++) {
            changed[at + i] = (byte) bytes[i];
        }
        return Bytes.copyOf(changed);
    }

    private static MalformedMessage fault(Bytes datagram) {
        return requireNonNull(
                catchThrowableOfType(MalformedMessage.class, () -> IkeMessage.decode(datagram)));
    }

    @Test
    void everyPayloadSurvivesTheWire() throws MalformedMessage {
        Proposal ike = new Proposal(1, Protocol.IKE, Bytes.EMPTY,
                List.of(new Transform(TransformType.ENCRYPTION, 20, 256), Transform.of(TransformType.PRF, 6),
                        Transform.of(TransformType.KEY_EXCHANGE, 31)));
        Proposal strange = new Proposal(2, new Protocol(201), Bytes.of(9), List.of(Transform.of(new TransformType(99),
                65_535)));
        IkeMessage sent = message(new SaPayload(List.of(ike, strange)), new KePayload(31, Bytes.zeros(32)),
                new NoncePayload(NONCE), new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("a.example.org")),
                new IdPayload(Role.RESPONDER, new IdType(77), Bytes.EMPTY),
                new AuthPayload(AuthMethod.SHARED_KEY, Bytes.zeros(48)),
                new NotifyPayload(Protocol.ESP, Bytes.ofInt(1), NotifyType.REKEY_SA, Bytes.EMPTY),
                new NotifyPayload(new NotifyType(40_000), Bytes.of(1, 2, 3)),
                DeletePayload.child(Protocol.ESP, 0xcafebabe),
                DeletePayload.ikeSa(), new VendorIdPayload(Bytes.of(1)),
                new TsPayload(Role.INITIATOR,
                        List.of(TrafficSelector.ofAddresses(Bytes.of(10, 0, 0, 0), Bytes.of(10, 0, 0, 255)))),
                new TsPayload(Role.RESPONDER,
                        List.of(new TrafficSelector(6, 80, 90, Bytes.zeros(16), Bytes.zeros(16)))),
                new CertPayload(CertEncoding.X509, Bytes.of(5)),
                new UnknownPayload(new PayloadType(250), false, Bytes.of(6)));
        IkeMessage received = IkeMessage.decode(sent.encode());
        assertThat(received).isEqualTo(sent);
        assertThat(received.encode()).isEqualTo(sent.encode());
    }

    @Test
    void encryptedPayloadsNameTheFirstWithin() throws MalformedMessage {
        IkeMessage whole = message(new EncryptedPayload(PayloadType.ID_INITIATOR, Bytes.zeros(40)));
        IkeMessage fragment = message(new EncryptedFragmentPayload(PayloadType.NONE, 2, 3, Bytes.zeros(40)));
        assertThat(IkeMessage.decode(whole.encode())).isEqualTo(whole);
        assertThat(IkeMessage.decode(fragment.encode())).isEqualTo(fragment);
    }

    @Test
    void printsAsTheRfcsLadder() {
        assertThat(message(new NotifyPayload(NotifyType.COOKIE), new NoncePayload(NONCE)))
                .hasToString("IKE_SA_INIT request 0 of 1122334455667788/0000000000000000 { N(COOKIE), Nonce }");
    }

    /** Case A1. */
    @Test
    void datagramsShorterThanAHeaderAreRefused() {
        for (int length = 0; length < IkeHeader.BYTES; length++) {
            assertThat(fault(message().encode().slice(0, length)))
                    .hasMessage("header: datagram of " + length + " bytes");
        }
    }

    /** Case A2. */
    @ParameterizedTest
    @ValueSource(ints = {0, 27, 29, 0xdead, 0x8000_0000, -1})
    void lengthMustBeTheDatagrams(int length) {
        Bytes changed = with(message().encode(), 24, length >>> 24, length >>> 16, length >>> 8, length);
        assertThat(fault(changed)).hasMessageContaining("in a datagram of 28");
    }

    /** Case A3. */
    @ParameterizedTest
    @CsvSource({"0x10, ", "0x00, ", "0x1f, ", "0x30, INVALID_MAJOR_VERSION", "0xf0, INVALID_MAJOR_VERSION"})
    void otherMajorVersionsAreRefusedAndOnlyNewerOnesAnswered(String version, String answer) {
        MalformedMessage fault = fault(with(message().encode(), 17, Integer.decode(version)));
        assertThat(fault.answer() == null ? null : fault.answer().toString()).isEqualTo(answer);
        assertThat(fault.isUnsupportedVersion()).isEqualTo(answer != null);
    }

    /** Case A3. */
    @Test
    void minorVersionAndReservedBitsAreIgnored() throws MalformedMessage {
        Bytes plain = message(new NoncePayload(NONCE)).encode();
        Bytes decorated = with(with(with(plain, 17, 0x2f), 19, 0xd7 | 0x08), 29, 0x7f);
        assertThat(IkeMessage.decode(with(decorated, 19, 0xdf & ~0x20)).payloads())
                .isEqualTo(IkeMessage.decode(plain).payloads());
    }

    /** Case A4: IKEv1's payload types mean nothing here. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 13, 32, 49, 52, 54, 128, 255})
    void unknownPayloadsAreKeptUnlessCritical(int type) throws MalformedMessage {
        assertThat(IkeMessage.decode(datagram(type, 0, Bytes.of(1, 2))).payloads())
                .containsExactly(new UnknownPayload(new PayloadType(type), false, Bytes.of(1, 2)));
        MalformedMessage fault = fault(datagram(type, 0x80, Bytes.of(1, 2)));
        assertThat(fault.answer()).isEqualTo(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD);
        assertThat(fault.answerValue()).isEqualTo(Bytes.of(type));
    }

    /** RFC 7296 §3.2: on payloads that the RFC defines the bit is to be ignored. */
    @ParameterizedTest
    @ValueSource(ints = {37, 38, 43, 47, 48})
    void criticalBitOfKnownPayloadsIsIgnored(int type) throws MalformedMessage {
        assertThat(IkeMessage.decode(datagram(type, 0x80, Bytes.of(1, 2))).payloads()).hasSize(1);
    }

    /** Case A5. */
    @ParameterizedTest
    @CsvSource({"0, N of length 0", "1, N of length 1", "3, N of length 3", "13, 9 bytes wanted at 4 of 12",
        "65535, 65531 bytes wanted at 4 of 12"})
    void payloadLengthsMustFit(int length, String message) {
        Bytes chain = Bytes.concat(Bytes.of(0, 0), Bytes.ofShort(length), Bytes.zeros(8));
        assertThat(fault(datagram(41, chain))).hasMessageContaining(message);
    }

    /** Case A5. */
    @Test
    void nothingMayFollowTheLastPayload() {
        Bytes chain = Bytes.concat(Bytes.of(0, 0, 0, 8), Bytes.zeros(4), Bytes.of(1));
        assertThat(fault(datagram(43, chain))).hasMessage("payloads: 1 bytes after the last one");
        Bytes encrypted = Bytes.concat(Bytes.of(41, 0, 0, 8), Bytes.zeros(4), Bytes.of(0, 0, 0, 8), Bytes.zeros(4));
        assertThat(fault(datagram(46, encrypted))).hasMessage("payloads: 8 bytes after the last one");
    }

    /** Case A6. */
    @Test
    void sixtyFourPayloadsAreEnough() throws MalformedMessage {
        List<Payload> most = Collections.nCopies(64, new VendorIdPayload(Bytes.EMPTY));
        assertThat(IkeMessage.decode(new IkeMessage(HEADER, most).encode()).payloads()).hasSize(64);
        List<Payload> tooMany = Collections.nCopies(65, new VendorIdPayload(Bytes.EMPTY));
        assertThat(fault(new IkeMessage(HEADER, tooMany).encode())).hasMessage("payloads: more than 64");
    }

    /** Case A7. */
    @Test
    void initiatorsSpiIsNeverZero() {
        assertThat(fault(with(message().encode(), 0, 0, 0, 0, 0, 0, 0, 0, 0)))
                .hasMessage("header: the initiator's SPI is zero");
    }

    /** Case A8. */
    @ParameterizedTest
    @ValueSource(strings = {"", "01", "010040", "01ff4004cafe", "03044009aabbcc"})
    void notificationsMayNotReadPastTheirEnd(String body) {
        assertThat(fault(datagram(41, 0, Bytes.ofHex(body)))).hasMessageStartingWith("N: ");
    }

    /** Case B5. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 257, 1000})
    void noncesHave16To256Bytes(int length) {
        MalformedMessage fault = fault(datagram(40, 0, Bytes.zeros(length)));
        assertThat(fault).hasMessage("Nonce: " + length + " bytes");
        assertThat(fault.answer()).isEqualTo(NotifyType.INVALID_SYNTAX);
        assertThatThrownBy(() -> new NoncePayload(Bytes.zeros(length))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Case E4. */
    @ParameterizedTest
    @CsvSource({"03040001, no SPIs but a count", "0304ffff00000000, more counted than there are",
        "030400010000000000, one byte more", "03000002, SPIs of no length", "0108000112345678abcdef01, of an IKE SA",
        "0304, cut off"})
    void deletesMustCountTheirSpis(String body, String why) {
        assertThat(fault(datagram(42, 0, Bytes.ofHex(body)))).as(why).hasMessageStartingWith("D: ");
    }

    /** Case E3. */
    @ParameterizedTest
    @CsvSource({"01000000, one promised", "00000000 07000010 0000ffff 0a000000 0a0000ff, none promised",
        "01000000 0700000f 0000ffff 0a000000 0a0000, too short", "01000000 07000003 00, shorter than its header",
        "01000000 08000010 0000ffff 0a000000 0a0000ff, IPv4 as IPv6",
        "01000000 07000014 0000ffff 0a000000 0a0000ff 00000000, too long"})
    void selectorsMustHaveTheLengthOfTheirType(String body, String why) {
        assertThat(fault(datagram(44, 0, Bytes.ofHex(body.replace(" ", ""))))).as(why)
                .extracting(MalformedMessage::answer).isEqualTo(NotifyType.INVALID_SYNTAX);
    }

    @Test
    void selectorsOfUnknownTypeAreLeftOut() throws MalformedMessage {
        Bytes body = Bytes.ofHex("020000000a00000501" + "070000100000ffff0a0000000a0000ff");
        TsPayload ts = requireNonNull(IkeMessage.decode(datagram(45, 0, body)).find(TsPayload.class));
        assertThat(ts.selectors()).containsExactly(
                TrafficSelector.ofAddresses(Bytes.of(10, 0, 0, 0), Bytes.of(10, 0, 0, 255)));
    }

    @Test
    void selectorsKnowWhetherTheySelectAnything() {
        Bytes low = Bytes.of(10, 0, 0, 0);
        Bytes high = Bytes.of(200, 0, 0, 0);
        assertThat(TrafficSelector.ofAddresses(low, high).isValid()).isTrue();
        assertThat(TrafficSelector.ofAddresses(high, low).isValid()).isFalse();
        assertThat(new TrafficSelector(6, 90, 80, low, high).isValid()).isFalse();
        assertThat(new TrafficSelector(6, 65_535, 0, low, high).isValid()).isTrue();
    }
}

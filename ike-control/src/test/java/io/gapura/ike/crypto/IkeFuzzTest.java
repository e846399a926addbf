package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.FuzzSeeds;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.PayloadType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer's targets in IKE: what comes in clear, what comes out of an encrypted payload, and fragments. Ordinary runs
 * try the seeds, among them what strongSwan daemons have said to each other; the module's README says how to look for
 * more.
 */
final class IkeFuzzTest {
    private static final List<String> RECORDED = List.of("gcm-x25519.json", "gcm-ecp384-fragments.json",
            "cbc-modp2048.json", "cbc-ecp256-fragments.json");
    private static final ProtectedPair PAIR = ProtectedPair.of("aes128gcm16-prfsha256-x25519");
    private static final int FRAGMENT_HEADER_BYTES = 3;

    static Stream<byte[]> messages() throws Exception {
        List<Bytes> seeds = new ArrayList<>(FuzzSeeds.messages());
        for (String name : RECORDED) {
            RecordedExchange exchange = RecordedExchange.load(name);
            IntStream.range(0, exchange.messages()).forEach(message -> seeds.addAll(exchange.datagrams(message)));
        }
        return seeds.stream().map(Bytes::toArray);
    }

    /** Whatever arrives is a message or malformed; a message that is encoded again can be read again. */
    @MethodSource("messages")
    @FuzzTest
    void clearMessage(byte[] datagram) throws MalformedMessage {
        IkeMessage message;
        try {
            message = IkeMessage.decode(Bytes.copyOf(datagram));
        } catch (MalformedMessage fault) {
            return;
        }
        assertThat(IkeMessage.decode(message.encode()).payloads()).hasSameSizeAs(message.payloads());
        assertThat(message.toString()).isNotEmpty();
    }

    static Stream<byte[]> bodies() throws Exception {
        List<Bytes> seeds = new ArrayList<>();
        FuzzSeeds.inner().forEach(each -> seeds.add(body(each.firstType(), each.encodePayloads())));
        for (String name : RECORDED) {
            RecordedExchange exchange = RecordedExchange.load(name);
            IkeMessage request = exchange.clear(0);
            seeds.add(body(request.firstType(), exchange.datagram(0).from(IkeHeader.BYTES)));
        }
        return seeds.stream().map(Bytes::toArray);
    }

    private static Bytes body(PayloadType first, Bytes chain) {
        return Bytes.concat(Bytes.of(first.number()), chain);
    }

    /** The first byte is the first payload's type. */
    @MethodSource("bodies")
    @FuzzTest
    void decryptedBody(byte[] data) {
        Bytes body = Bytes.copyOf(data);
        if (body.isEmpty()) {
            return;
        }
        try {
            IkeMessage.decodePayloads(new PayloadType(body.at(0)), body.from(1));
        } catch (MalformedMessage fault) {
            assertThat(fault.getMessage()).isNotEmpty();
        }
        Opened opened = PAIR.responder().open(PAIR.seal(new PayloadType(body.at(0)), body.from(1)));
        assertThat(opened).isNotInstanceOf(Opened.Rejected.class);
    }

    static Stream<byte[]> fragments() {
        Bytes whole = FuzzSeeds.inner().getFirst().encodePayloads();
        int half = whole.length() / 2;
        Bytes first = Bytes.concat(Bytes.of(half, 1, 2), whole.slice(0, half));
        Bytes second = Bytes.concat(Bytes.of(whole.length() - half, 2, 2), whole.from(half));
        return Stream.of(Bytes.concat(first, second), Bytes.concat(second, first), Bytes.concat(second, second, first),
                Bytes.concat(first, Bytes.of(1, 2, 3, 0), second), Bytes.of(0, 0, 0, 1, 255, 255, 7))
                .map(Bytes::toArray);
    }

    /** Fragments, correctly encrypted: for each a byte with its length, one with its number, one with their total. */
    @MethodSource("fragments")
    @FuzzTest
    void fragments(byte[] data) {
        ProtectedPair pair = ProtectedPair.of("aes128gcm16-prfsha256-x25519");
        Bytes rest = Bytes.copyOf(data);
        while (rest.length() >= FRAGMENT_HEADER_BYTES) {
            int end = Math.min(rest.length(), FRAGMENT_HEADER_BYTES + rest.at(0));
            Opened opened = pair.responder()
                    .open(pair.sealFragment(1, rest.at(1), rest.at(2), rest.slice(FRAGMENT_HEADER_BYTES, end)));
            assertThat(opened).isNotNull();
            rest = rest.from(end);
        }
    }
}

package io.gapura.ike;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.KeyExchange;
import io.gapura.ike.crypto.KeyExchangeMethod;
import io.gapura.ike.crypto.KeySchedule;
import io.gapura.ike.crypto.MessageProtection;
import io.gapura.ike.crypto.Nonces;
import io.gapura.ike.crypto.Opened;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.crypto.SignedOctets;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IdType;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An initiator that knows IKEv2, and the pre-shared key too, but sends right what it likes and when it likes, from
 * whatever address it likes.
 */
final class Adversary {
    static final InetAddress ELSEWHERE = InetAddress.ofLiteral("203.0.113.66");
    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final List<Proposal> OFFER = Proposals.ike(List.of("aes256gcm16-prfsha256-x25519"));
    private static final KeyExchangeMethod GROUP = KeyExchangeMethod.CURVE25519;

    private final TestPeers peers;
    private final InetSocketAddress own;
    private final InetSocketAddress right = new InetSocketAddress(TestPeers.RIGHT, 500);
    private final Random random;
    private final KeyExchange keyExchange = KeyExchange.generate(GROUP, new SecureRandom());
    final long spi;
    final Bytes nonce;
    int nextMessageId = 1;
    private @Nullable IkeMessage initResponse;
    private Bytes initRequestOctets = Bytes.EMPTY;
    private Bytes initResponseOctets = Bytes.EMPTY;
    private @Nullable IkeKeys keys;
    private @Nullable MessageProtection protection;

    Adversary(TestPeers peers, InetAddress address, int seed) {
        this.peers = peers;
        this.own = new InetSocketAddress(address, 500);
        this.random = new Random(seed);
        this.spi = random.nextLong() | 1;
        this.nonce = bytes(32);
    }

    static Adversary elsewhere(TestPeers peers) {
        return new Adversary(peers, ELSEWHERE, 1);
    }

    Bytes bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    // ---- in clear

    IkeHeader header(ExchangeType exchange, long responderSpi, int messageId) {
        return new IkeHeader(spi, responderSpi, exchange, Role.INITIATOR, false, messageId);
    }

    /** SA, KE, Ni, as they should be. */
    List<Payload> initPayloads() {
        return new ArrayList<>(List.of(new SaPayload(OFFER), new KePayload(GROUP.group(), keyExchange.publicValue()),
                new NoncePayload(nonce)));
    }

    Bytes init(Payload... first) {
        List<Payload> payloads = new ArrayList<>(List.of(first));
        payloads.addAll(initPayloads());
        return init(payloads);
    }

    Bytes init(List<Payload> payloads) {
        return new IkeMessage(header(ExchangeType.IKE_SA_INIT, 0, 0), payloads).encode();
    }

    Bytes initWithCookie(@Nullable Bytes cookie) {
        return cookie == null ? init() : init(new NotifyPayload(NotifyType.COOKIE, cookie));
    }

    /** Sends it without waiting for anything. */
    void send(Bytes content) {
        peers.network.inject(own, right, false, content);
    }

    /** Sends it, and gives right a moment; what came back. */
    List<Bytes> exchange(Bytes content) {
        int before = peers.network.log.size();
        send(content);
        peers.run(ROUND_TRIP);
        return answersSince(before);
    }

    List<Bytes> answersSince(int logged) {
        return peers.network.log.stream().skip(logged)
                .filter(datagram -> datagram.remote().equals(own)).map(Datagram::content).toList();
    }

    /** The answer, in clear. */
    IkeMessage ask(Bytes content) {
        return requireNonNull(maybeAsk(content), "no answer");
    }

    /** The only answer, in clear; null for none. */
    @Nullable
    IkeMessage maybeAsk(Bytes content) {
        List<Bytes> answers = exchange(content);
        assertThat(answers).hasSizeLessThan(2);
        return answers.isEmpty() ? null : decoded(answers.getFirst());
    }

    static IkeMessage decoded(Bytes content) {
        try {
            return IkeMessage.decode(content);
        } catch (MalformedMessage fault) {
            throw new AssertionError(fault);
        }
    }

    /** What the cookie was that this request was answered with. */
    Bytes cookie() {
        return requireNonNull(ask(init()).notification(NotifyType.COOKIE)).value();
    }

    // ---- encrypted

    /** IKE_SA_INIT, and the keys of it. */
    Adversary open() {
        initRequestOctets = init();
        initResponseOctets = exchange(initRequestOctets).getFirst();
        IkeMessage response = decoded(initResponseOctets);
        initResponse = response;
        IkeSuite suite = IkeSuite.of(requireNonNull(response.find(SaPayload.class)).proposals().getFirst());
        try (Secret shared = keyExchange.agree(requireNonNull(response.find(KePayload.class)).publicValue())) {
            IkeSpis spis = new IkeSpis(spi, response.header().responderSpi());
            IkeKeys derived = KeySchedule.initial(suite, shared, nonces(), spis);
            keys = derived;
            protection = new MessageProtection(suite, derived, Role.INITIATOR, new SecureRandom());
        } catch (MalformedMessage fault) {
            throw new AssertionError(fault);
        }
        return this;
    }

    private Nonces nonces() {
        return new Nonces(nonce, requireNonNull(requireNonNull(initResponse).find(NoncePayload.class)).nonce());
    }

    private IkeSuite suite() {
        return IkeSuite.of(OFFER.getFirst());
    }

    long rightSpi() {
        return requireNonNull(initResponse).header().responderSpi();
    }

    List<Bytes> sealed(ExchangeType exchange, int messageId, List<? extends Payload> payloads) {
        return requireNonNull(protection).seal(
                new IkeMessage(header(exchange, rightSpi(), messageId), List.copyOf(payloads)),
                MessageProtection.UNFRAGMENTED);
    }

    /** The next request with these payloads, and its answer. */
    IkeMessage request(ExchangeType exchange, List<? extends Payload> payloads) {
        return requireNonNull(maybeRequest(exchange, payloads), "no answer");
    }

    /** The same; null for no answer. */
    @Nullable
    IkeMessage maybeRequest(ExchangeType exchange, List<? extends Payload> payloads) {
        List<Bytes> answers = exchange(sealed(exchange, nextMessageId++, payloads).getFirst());
        IkeMessage last = null;
        for (Bytes answer : answers) {
            if (requireNonNull(protection).open(answer) instanceof Opened.Complete(var message, _)
                    && message.header().response()) {
                last = message;
            }
        }
        return last;
    }

    IdPayload id() {
        return new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("left.example.org"));
    }

    AuthPayload proof(IdPayload id, String preSharedKey) {
        Bytes octets = SignedOctets.of(suite().prf(), requireNonNull(keys).p(Role.INITIATOR), initRequestOctets,
                nonces().responder(), id.body(), Bytes.EMPTY);
        return new AuthPayload(AuthMethod.SHARED_KEY,
                SignedOctets.sharedKeyMac(suite().prf(), Secret.ofUtf8(preSharedKey), octets));
    }

    static SaPayload esp(int spi) {
        return new SaPayload(Proposals.esp(List.of("aes256gcm16")).getFirst().withSpi(Bytes.ofInt(spi)));
    }

    static TsPayload ts(Role side, TrafficSelector... selectors) {
        return new TsPayload(side, List.of(selectors));
    }

    /** IDi, AUTH, SA, TSi, TSr, as they should be. */
    List<Payload> authPayloads() {
        return new ArrayList<>(List.of(id(), proof(id(), "a key that both know"), esp(0x7001),
                ts(Role.INITIATOR, TestPeers.selector("10.1.0.0", "10.1.255.255")),
                ts(Role.RESPONDER, TestPeers.selector("10.2.0.0", "10.2.255.255"))));
    }

    /** An IKE SA with a child of its own. */
    Adversary connect() {
        open();
        IkeMessage answer = request(ExchangeType.IKE_AUTH, authPayloads());
        assertThat(answer.find(AuthPayload.class)).isNotNull();
        assertThat(answer.find(SaPayload.class)).isNotNull();
        return this;
    }

    /** Whether right still answers in this IKE SA. */
    boolean isAlive() {
        return maybeRequest(ExchangeType.INFORMATIONAL, List.of()) != null;
    }
}

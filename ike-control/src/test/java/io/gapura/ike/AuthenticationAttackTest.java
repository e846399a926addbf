package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.ExchangeType;
import io.gapura.ike.message.IdType;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack cases D3, D4, D7 and D8, as far as pre-shared keys go: who may not come in leaves nothing. */
final class AuthenticationAttackTest {
    private final TestPeers peers = new TestPeers(TestNetwork.perfect());

    private Adversary opened() {
        peers.load(TestPeers.leftConnection(IkeOptions.DEFAULT, TestPeers.leftChild()), TestPeers.rightForAnybody());
        return Adversary.elsewhere(peers).open();
    }

    private void assertRefused(Adversary adversary, List<Payload> payloads) {
        IkeMessage answer = adversary.request(ExchangeType.IKE_AUTH, payloads);
        assertThat(answer.payloads()).hasSize(1);
        assertThat(answer.notifications().getFirst().notifyType()).isIn(NotifyType.AUTHENTICATION_FAILED,
                NotifyType.INVALID_SYNTAX);
        assertThat(peers.right.isIdle()).isTrue();
        assertThat(peers.right.halfOpenCount()).isZero();
        assertThat(peers.rightPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
        assertThat(adversary.isAlive()).isFalse();
    }

    /** D3: how a peer proves itself is configured, not negotiated. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 9, 11, 12, 13, 14, 201, 255})
    void d3AnotherMethodThanConfigured(int method) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(1, new AuthPayload(new AuthMethod(method), ((AuthPayload) payloads.get(1)).value()));
        assertRefused(adversary, payloads);
    }

    /** D3: whoever leaves AUTH out, to be asked by EAP, or says that it needs none. */
    @Test
    void d3NoProofAtAll() {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(1, new NotifyPayload(NotifyType.EAP_ONLY_AUTHENTICATION));
        assertRefused(adversary, payloads);
    }

    static Stream<Bytes> proofs() {
        return Stream.of(Bytes.EMPTY, Bytes.zeros(1), Bytes.zeros(31), Bytes.zeros(32), Bytes.zeros(33),
                Bytes.zeros(60_000));
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void d4AWrongProof(Bytes proof) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(1, new AuthPayload(AuthMethod.SHARED_KEY, proof));
        assertRefused(adversary, payloads);
    }

    @Test
    void d4AnotherKey() {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(1, adversary.proof(adversary.id(), "a key that only one knows"));
        assertRefused(adversary, payloads);
    }

    static Stream<IdPayload> identities() {
        Bytes name = Bytes.ofUtf8("left.example.org");
        return Stream.of(new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.EMPTY),
                new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.zeros(60_000)),
                new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.concat(name, Bytes.of(0))),
                new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.of(0xff, 0xfe, 0xc0, 0x80)),
                new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("%any")),
                new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("\u001b[2J${jndi:ldap://x}\r\n")),
                new IdPayload(Role.INITIATOR, new IdType(3), name), new IdPayload(Role.INITIATOR, new IdType(11), name),
                new IdPayload(Role.INITIATOR, new IdType(1), Bytes.zeros(3)),
                new IdPayload(Role.INITIATOR, new IdType(5), Bytes.zeros(17)),
                new IdPayload(Role.INITIATOR, new IdType(9), Bytes.ofHex("30843fffffff31")),
                new IdPayload(Role.INITIATOR, new IdType(0), Bytes.EMPTY),
                new IdPayload(Role.INITIATOR, new IdType(255), name));
    }

    /** D4: a true proof for an identity that is not the configured one. */
    @ParameterizedTest
    @MethodSource("identities")
    void d4IdentitiesThatAreNotTheConfiguredOne(IdPayload id) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(0, id);
        payloads.set(1, adversary.proof(id, "a key that both know"));
        assertRefused(adversary, payloads);
    }

    /** D7: the gateway's own identity, with the key that it shares with others. */
    @Test
    void d7OurOwnIdentity() {
        Adversary adversary = opened();
        IdPayload ours = new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("right.example.org"));
        List<Payload> payloads = adversary.authPayloads();
        payloads.set(0, ours);
        payloads.set(1, adversary.proof(ours, "a key that both know"));
        assertRefused(adversary, payloads);
    }

    /** D7: whatever a side sends comes back to it from the peer's address. */
    @Test
    void d7OurOwnMessagesReflected() {
        peers.load();
        peers.network.passes = datagram -> {
            peers.network.inject(datagram.remote(), datagram.local(), datagram.natPort(), datagram.content());
            return true;
        };
        peers.connect();
        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.left.status(peers.network.nowNs)).filteredOn(sa -> !sa.children().isEmpty()).hasSize(1);

        peers.left.rekeyChild("net", peers.network.nowNs);
        peers.run(Duration.ofSeconds(1));
        peers.left.rekeyIke("peer", peers.network.nowNs);
        peers.run(Duration.ofSeconds(35));
        assertThat(peers.trafficFlows()).isTrue();
        assertThat(peers.left.halfOpenCount()).isZero();
    }

    /** D7: nobody but a reflector is there. */
    @Test
    void d7NoOneButAMirror() {
        peers.load();
        peers.network.passes = datagram -> {
            mirror(datagram);
            return false;
        };
        peers.connect();
        peers.run(Duration.ofMinutes(2));
        assertThat(peers.left.isIdle()).isTrue();
        assertThat(peers.leftPlane.inbound).isEmpty();
        assertThat(peers.leftPlane.reserved).isEmpty();
    }

    private void mirror(Datagram datagram) {
        peers.network.inject(datagram.remote(), datagram.local(), datagram.natPort(), datagram.content());
    }

    /** D8: each of IDi, AUTH left out. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void d8WithoutWhatProvesAnIdentity(int missing) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.remove(missing);
        assertRefused(adversary, payloads);
    }

    static IntStream payloads() {
        return IntStream.range(0, 5);
    }

    /** D8: what may be there once is there twice, the same or another. */
    @ParameterizedTest
    @MethodSource("payloads")
    void d8TheSameTwice(int which) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.add(payloads.get(which));
        assertRefused(adversary, payloads);
    }

    @Test
    void d8TwoIdentities() {
        Adversary adversary = opened();
        List<Payload> payloads = new ArrayList<>(adversary.authPayloads());
        payloads.add(new IdPayload(Role.INITIATOR, IdType.FQDN, Bytes.ofUtf8("somebody.else.example.org")));
        assertRefused(adversary, payloads);
    }

    /** D8: an IKE SA, but no child, for who proves his identity and asks for a child by halves. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void d8HalfAChild(int missing) {
        Adversary adversary = opened();
        List<Payload> payloads = adversary.authPayloads();
        payloads.remove(missing);
        IkeMessage answer = adversary.request(ExchangeType.IKE_AUTH, payloads);
        assertThat(answer.find(SaPayload.class)).isNull();
        assertThat(peers.rightPlane.reserved).isEmpty();
        assertThat(peers.rightPlane.inbound).isEmpty();
        assertThat(peers.rightPlane.tunnels).isEmpty();
    }
}

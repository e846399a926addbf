package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.WorkerCounter;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.Port;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets that mean nothing, sent to hide others, RFC 4303 §2.6. */
final class DummiesTest {
    private static final TestPacket PACKET = TestPacket.udp(address("10.1.0.1"), address("10.2.0.2"), 4000, 53, 100);
    private static final EspCipher CIPHER = EspCipher.AES_128_GCM_16;
    private static final int ESP_AT = 14 + 20;
    private static final int NO_NEXT_HEADER = 59;
    private static final int IP_IN_IP = 4;

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final int tunnel = gateway.protect(peer);

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.assertBalanced();
        peer.close();
    }

    private SaSpec spec() {
        return gateway.spec(peer, CIPHER, true);
    }

    private List<byte[]> passSeconds(int seconds) {
        List<byte[]> frames = new ArrayList<>();
        for (int millisecond = 0; millisecond < seconds * 1000; millisecond++) {
            gateway.pass(Duration.ofMillis(1));
            gateway.step();
            frames.addAll(wan.receive());
        }
        return frames;
    }

    private void deliver(List<byte[]> frames) {
        frames.forEach(frame -> {
            peerWan.send(frame);
            peer.step();
        });
    }

    /** What is inside, by the JDK: RFC 4106 with extended sequence numbers, whose upper half is zero here. */
    private static byte[] decrypt(byte[] frame) throws Exception {
        byte[] key = new byte[16];
        byte[] nonce = new byte[12];
        Arrays.fill(key, (byte) 1);
        Arrays.fill(nonce, 0, 4, (byte) 1);
        System.arraycopy(frame, ESP_AT + 8, nonce, 4, 8);
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        gcm.updateAAD(frame, ESP_AT, 4);
        gcm.updateAAD(new byte[4]);
        gcm.updateAAD(frame, ESP_AT + 4, 4);
        return gcm.doFinal(frame, ESP_AT + 16, frame.length - ESP_AT - 16);
    }

    private static int nextHeader(byte[] text) {
        return text[text.length - 1];
    }

    @Test
    void comeAtTheRateThatWasAskedForAndThePeerDropsThem() throws Exception {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(20));
        List<byte[]> frames = passSeconds(50);
        assertThat(frames).hasSizeBetween(900, 1100);
        for (byte[] frame : frames) {
            byte[] text = decrypt(frame);
            assertThat(nextHeader(text)).isEqualTo(NO_NEXT_HEADER);
            byte[] payload = Arrays.copyOfRange(text, 20, text.length - 2 - text[text.length - 2]);
            assertThat(payload).as("nothing of what was in the buffer before").isEqualTo(new byte[payload.length]);
        }
        assertThat(gateway.ledger().generated()).isEqualTo(frames.size());
        assertThat(gateway.engine.counters().getFirst().value(WorkerCounter.DUMMIES)).isEqualTo(frames.size());
        deliver(frames);
        peer.assertDropped(DropReason.DUMMY, frames.size());
        assertThat(peerLan.receive()).isEmpty();
    }

    /** Neither when they come nor how long they are says what they are. */
    @Test
    void differInTimeAndLengthAndLookLikeOthersOutside() {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(100));
        List<byte[]> frames = passSeconds(10);
        Set<Integer> lengths = frames.stream().map(frame -> frame.length).collect(Collectors.toSet());
        assertThat(lengths).hasSizeGreaterThan(200).allMatch(length -> length <= 14 + 1500);
        lan.send(PACKET.withFlags(TestPacket.DONT_FRAGMENT).frame());
        gateway.step();
        byte[] real = wan.receive().getFirst();
        for (byte[] frame : frames) {
            assertThat(ByteBuffer.wrap(frame).getInt(14) >>> 16).as("version, DSCP, ECN").isEqualTo(
                    ByteBuffer.wrap(real).getInt(14) >>> 16);
            assertThat(frame[14 + 6]).as("flags").isEqualTo(real[14 + 6]);
            assertThat(Arrays.copyOfRange(frame, 14 + 8, 14 + 10)).isEqualTo(Arrays.copyOfRange(real, 14 + 8, 14 + 10));
        }
    }

    @Test
    void areAsLongAsEverythingElseWhereAllIsPadded() {
        for (int padTo : new int[] {600, Extras.WHAT_FITS}) {
            peer.receiveFrom(gateway, tunnel, spec().paddingTo(padTo).sendingDummies(100));
            passSeconds(1);
            List<byte[]> frames = passSeconds(2);
            lan.send(PACKET.frame());
            gateway.step();
            frames.addAll(wan.receive());
            assertThat(frames.stream().map(frame -> frame.length).distinct()).hasSize(1);
        }
    }

    @Test
    void shareTheSequenceWithWhatTheyHide() throws Exception {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(100));
        List<byte[]> frames = new ArrayList<>();
        for (int second = 0; second < 3; second++) {
            lan.send(PACKET.frame());
            frames.addAll(passSeconds(1));
        }
        List<Integer> sequences = frames.stream().map(frame -> ByteBuffer.wrap(frame).getInt(ESP_AT + 4)).toList();
        for (int index = 0; index < sequences.size(); index++) {
            assertThat(sequences.get(index)).isEqualTo(index + 1);
        }
        int real = 0;
        for (byte[] frame : frames) {
            real += nextHeader(decrypt(frame)) == IP_IN_IP ? 1 : 0;
        }
        assertThat(real).isEqualTo(3);
        deliver(frames);
        assertThat(peerLan.receive()).hasSize(3);
        peer.assertDropped(DropReason.DUMMY, frames.size() - 3);
    }

    @Test
    void goOnByTheNextSaAndEndWithTheTunnel() {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(50));
        assertThat(passSeconds(1)).isNotEmpty();
        int next = peer.receiveFrom(gateway, tunnel, spec().sendingDummies(50));
        assertThat(passSeconds(1)).isNotEmpty().allMatch(frame -> ByteBuffer.wrap(frame).getInt(ESP_AT) == next);
        peer.receiveFrom(gateway, tunnel, spec());
        assertThat(passSeconds(1)).isEmpty();
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(50));
        assertThat(passSeconds(1)).isNotEmpty();
        gateway.engine.clearTunnel(tunnel);
        assertThat(passSeconds(1)).isEmpty();
        assertThat(gateway.events).as("nobody asks for a tunnel for want of dummies").isEmpty();
    }

    @Test
    void endAtTheHardLimitLikeAllOthers() {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(100)
                .withLifetime(new Lifetime(3, 5, Lifetime.UNLIMITED, Lifetime.UNLIMITED)));
        assertThat(passSeconds(1)).hasSize(5);
        assertThat(gateway.events).containsExactly("soft limit of tunnel " + tunnel, "hard limit of tunnel " + tunnel);
        assertThat(gateway.ledger().dropped(DropReason.LIFETIME_EXPIRED)).isPositive();
    }

    @Test
    void areNotSentByAhNorInTransportMode() {
        AhMac mac = AhMac.of("sha256");
        peer.receiveFrom(gateway, tunnel, gateway.spec(peer, mac, true).sendingDummies(100));
        assertThat(passSeconds(1)).isEmpty();
        peer.receiveFrom(gateway, tunnel, spec().inMode(SaMode.TRANSPORT).sendingDummies(100));
        assertThat(passSeconds(1)).isEmpty();
    }

    @Test
    void areNotSentWithoutAWayOrABuffer() {
        peer.receiveFrom(gateway, tunnel, spec().sendingDummies(100));
        List<Long> taken = new ArrayList<>();
        while (gateway.pool.available() > 0) {
            taken.add(gateway.pool.take());
        }
        assertThat(passSeconds(1)).isEmpty();
        taken.forEach(gateway.pool::give);
        gateway.engine.publish(Fib.empty());
        assertThat(passSeconds(1)).isEmpty();
        assertThat(gateway.ledger().generated()).isZero();
    }

    @Test
    void areTheOwningWorkers() {
        long[] nowNs = {0};
        List<Throwable> faults = new ArrayList<>();
        List<List<Port>> ports = List.of(ports(), ports());
        try (Engine engine = Engine.stepped(EngineSettings.of(2, faults::add), new JcaSuite(), ports, () -> nowNs[0])) {
            int owned = engine.openTunnel();
            engine.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, owned))));
            engine.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(1, 1500, 3, 2)).build());
            engine.installOutbound(owned, 0x1001, spec().sendingDummies(100));
            for (int millisecond = 0; millisecond < 1000; millisecond++) {
                nowNs[0] += 1_000_000;
                engine.doWork();
            }
            assertThat(engine.counters().get(owned % 2).value(WorkerCounter.DUMMIES)).isBetween(80L, 120L);
            assertThat(engine.counters().get(1 - owned % 2).value(WorkerCounter.DUMMIES)).isZero();
            assertThat(engine.ledger().balances()).isTrue();
            assertThat(faults).isEmpty();
        }
    }

    private static List<Port> ports() {
        BufferPool pool = BufferPool.allocate(512, 2048);
        return List.of(new MemoryPort(new PortSpec(0, "lan", PortRole.PROTECTED, 0, 1, 0, 1500), pool, 128),
                new MemoryPort(new PortSpec(1, "wan", PortRole.UNPROTECTED, 0, 2, 0, 1500), pool, 128));
    }
}

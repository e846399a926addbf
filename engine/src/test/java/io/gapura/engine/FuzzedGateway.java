package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A gateway, its peer, and what Jazzer has arrive at it. It lives as long as the process: each input meets it as the inputs before have
 * left it, as packets do.
 */
final class FuzzedGateway {
    /** Seeds name SAs by this and their number, since SPIs are random. */
    private static final int NAME = 0x5350_4900;
    private static final int MOST_FRAMES = 16;
    private static final int MOST_BYTES = 1600;
    /** Datagrams that may wait for fragments, or are spoilt, each in a buffer. */
    private static final int MOST_WAITING = 64;
    private static final List<FuzzedGateway> MADE = new ArrayList<>();

    final TestGateway gateway = new TestGateway(1, SuiteChoice.preferred());
    final TestGateway peer = new TestGateway(2, SuiteChoice.preferred());
    final int tunnel = gateway.protect(peer);
    final int peerTunnel = peer.protect(gateway);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private final Tap peerLan = new Tap(peer.lanPort);
    private final Tap peerWan = new Tap(peer.wanPort);
    private final List<Integer> spis = new ArrayList<>();

    /** What one input's frames became. */
    record Outcome(List<byte[]> protectedSide, List<byte[]> unprotectedSide, List<byte[]> kernel) {}

    FuzzedGateway() {
        MADE.add(this);
    }

    /** Lets the peer send by an SA of this cipher; how a seed names it. */
    int addSa(EspCipher cipher, boolean ipv6, SaMode mode) {
        SaSpec sent = (ipv6 ? peer.spec6(gateway, cipher, true) : peer.spec(gateway, cipher, true)).inMode(mode);
        if (mode == SaMode.TUNNEL) {
            spis.add(gateway.receiveFrom(peer, peerTunnel, sent));
        } else {
            int spi = gateway.engine.allocateSpi();
            gateway.engine.installInbound(spi, sent.reversed(), SelectorSet.of(Selector.between(
                    AddressRange.single(sent.remoteAddress()), AddressRange.single(sent.localAddress()))));
            spis.add(spi);
        }
        return NAME | spis.size() - 1;
    }

    /** The SPI of the SA that was added as this one. */
    int spi(int number) {
        return spis.get(number);
    }

    /** An input: each frame behind two bytes with its length. */
    static byte[] input(List<byte[]> frames) {
        ByteBuffer input = ByteBuffer.allocate(frames.stream().mapToInt(frame -> Short.BYTES + frame.length).sum());
        frames.forEach(frame -> input.putShort((short) frame.length).put(frame));
        return input.array();
    }

    private static List<byte[]> frames(byte[] input) {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(input);
        while (rest.remaining() > Short.BYTES && frames.size() < MOST_FRAMES) {
            int length = rest.getShort() & 0xffff;
            byte[] frame = new byte[Math.min(Math.min(length, rest.remaining()), MOST_BYTES)];
            rest.get(frame);
            frames.add(frame);
        }
        return frames;
    }

    Outcome fromTheUnprotectedSide(byte[] input) {
        return fromTheUnprotectedSide(frames(input).stream().map(this::withSpi).toList());
    }

    Outcome fromTheUnprotectedSide(List<byte[]> frames) {
        frames.forEach(wan::send);
        return step();
    }

    Outcome fromTheProtectedSide(byte[] input) {
        frames(input).forEach(lan::send);
        return step();
    }

    private Outcome step() {
        gateway.punted.clear();
        gateway.events.clear();
        gateway.step();
        check(gateway);
        return new Outcome(lan.receive(), wan.receive(), List.copyOf(gateway.punted));
    }

    private byte[] withSpi(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        for (int at = 0; at <= frame.length - Integer.BYTES; at++) {
            int number = bytes.getInt(at) - NAME;
            if (number >= 0 && number < spis.size()) {
                bytes.putInt(at, spis.get(number));
            }
        }
        return frame;
    }

    /** What the peer makes of a packet from its network: by the SA that was added last. */
    byte[] sealedByPeer(byte[] frame) {
        peerLan.send(frame);
        peer.step();
        return peerWan.receive().getFirst();
    }

    /** What the peer makes of what this gateway has sent. */
    List<byte[]> openedByPeer(List<byte[]> frames) {
        frames.forEach(peerWan::send);
        peer.events.clear();
        peer.punted.clear();
        peer.step();
        check(peer);
        return peerLan.receive();
    }

    /** Every packet is accounted for, no buffer is lost, nothing has failed. */
    private static void check(TestGateway one) {
        Ledger ledger = one.ledger();
        assertThat(ledger.balances()).as("%s", ledger).isTrue();
        assertThat(one.faults).isEmpty();
        assertThat(ledger.dropped(DropReason.INTERNAL_ERROR)).isZero();
        assertThat(missing(one)).as("buffers").isBetween(0, MOST_WAITING);
    }

    /** Waits until no datagram waits for fragments any more, of all that were made: no buffer is lost then. */
    static void outwaitFragments() throws InterruptedException {
        for (FuzzedGateway each : MADE) {
            each.gateway.outwaitFragments();
            assertThat(missing(each.gateway)).as("buffers").isZero();
        }
    }

    private static int missing(TestGateway one) {
        return one.pool.chunks() - one.pool.available() - one.lanPort.onTheWire() - one.wanPort.onTheWire();
    }
}

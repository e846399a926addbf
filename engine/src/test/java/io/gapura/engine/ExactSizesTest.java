package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.spd.AddressRange;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The MTU that is shown for an SA is exact, whatever the cipher or MAC, the mode, the families and the encapsulation: a packet of that size
 * goes through in one piece, one of a byte more does not.
 */
final class ExactSizesTest {
    private static final IpAddress HERE6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE6 = IpAddress.of("2001:db8:2::2");

    private final TestGateway left = new TestGateway(1);
    private final TestGateway right = new TestGateway(2);
    private final Tap leftLan = new Tap(left.lanPort);
    private final Tap leftWan = new Tap(left.wanPort);
    private final Tap rightLan = new Tap(right.lanPort);
    private final Tap rightWan = new Tap(right.wanPort);
    private int tunnel;

    @AfterEach
    void balance() {
        left.assertBalanced();
        right.assertBalanced();
        left.close();
        right.close();
    }

    static List<EspCipher> ciphers() {
        return Stream.concat(EspCipher.all().stream(), AhMac.all().stream()).toList();
    }

    private static boolean[] encapsulations(EspCipher cipher) {
        return cipher instanceof AhMac ? new boolean[] {false} : new boolean[] {false, true};
    }

    private SaSpec spec(EspCipher cipher, boolean outer6, boolean udp) {
        SaSpec spec = outer6 ? left.spec6(right, cipher, true) : left.spec(right, cipher, true);
        return udp ? spec.inUdp(new UdpPorts(4500, 4500)) : spec;
    }

    /** What the engine says of the SA that the tunnel uses now. */
    private int shown(int spi) {
        return left.engine.mtus().stream().filter(mtu -> mtu.spi() == spi).findFirst().orElseThrow().innerMtu();
    }

    /** Sends a packet that must not be cut; bytes of the IP packets that come out on the other side. */
    private int through(boolean inner6, IpAddress from, IpAddress to, int bytes) {
        byte[] packet = inner6
                ? TestPacket6.of(from, to, 99, new byte[bytes - 40]).bytes()
                : TestPacket.of(from.ipv4(), to.ipv4(), 99, new byte[bytes - 20])
                        .withFlags(TestPacket.DONT_FRAGMENT).bytes();
        leftLan.send(TestPacket.frame(packet));
        left.step();
        List<byte[]> wire = leftWan.receive();
        assertThat(wire).hasSizeLessThan(2).allMatch(frame -> frame.length <= 14 + TestGateway.MTU);
        right.punted.clear();
        wire.forEach(rightWan::send);
        right.step();
        right.step();
        leftLan.receive();
        int delivered = rightLan.receive().stream().mapToInt(frame -> frame.length - 14).sum();
        return delivered + right.punted.stream().mapToInt(datagram -> datagram.length).sum();
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void inTunnelMode(EspCipher cipher) {
        tunnel = left.protect(right);
        right.protect(left);
        for (boolean outer6 : new boolean[] {false, true}) {
            for (boolean udp : encapsulations(cipher)) {
                int shown = shown(right.receiveFrom(left, tunnel, spec(cipher, outer6, udp)));
                assertThat(shown).isBetween(1380, 1480);
                assertExact(false, IpAddress.of("10.1.0.1"), IpAddress.of("10.2.0.2"), shown);
                assertExact(true, HERE6, THERE6, shown);
            }
        }
    }

    private void assertExact(boolean inner6, IpAddress from, IpAddress to, int shown) {
        for (int bytes = shown - 20; bytes <= shown; bytes++) {
            assertThat(through(inner6, from, to, bytes)).isEqualTo(bytes);
        }
        assertThat(through(inner6, from, to, shown + 1)).isZero();
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void inTransportMode(EspCipher cipher) {
        tunnel = left.engine.openTunnel();
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (boolean udp : encapsulations(cipher)) {
                SaSpec spec = spec(cipher, ipv6, udp).inMode(SaMode.TRANSPORT);
                Selector ours = Selector.between(AddressRange.single(spec.localAddress()),
                        AddressRange.single(spec.remoteAddress()));
                left.engine.publish(Spd.compile(List.of(Policy.protect("hosts", ours, tunnel))));
                int spi = right.engine.allocateSpi();
                right.engine.installInbound(spi, spec.reversed(), SelectorSet.of(Selector.between(
                        AddressRange.single(spec.remoteAddress()), AddressRange.single(spec.localAddress()))));
                left.engine.installOutbound(tunnel, spi, spec);
                int shown = shown(spi);
                assertThat(shown).isBetween(1400, 1490);
                assertExact(ipv6, spec.localAddress(), spec.remoteAddress(), shown);
            }
        }
    }
}

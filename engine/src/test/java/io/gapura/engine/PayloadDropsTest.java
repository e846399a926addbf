package io.gapura.engine;

import static io.gapura.engine.TestPacket.address;
import static io.gapura.engine.TestPacket.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.DropReason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an authentic peer may put into ESP and must not get through with. */
final class PayloadDropsTest {
    private static final TestPacket INNER = TestPacket.udp(address("10.2.0.2"), address("10.1.0.1"), 1, 2, 40);
    private static final int KEY_BYTE = 2;

    private final TestGateway gateway = new TestGateway(1);
    private final TestGateway peer = new TestGateway(2);
    private final Tap lan = new Tap(gateway.lanPort);
    private final Tap wan = new Tap(gateway.wanPort);
    private int spi;
    private int sequence;

    @BeforeEach
    void connect() {
        gateway.protect(peer);
        int tunnel = peer.protect(gateway);
        spi = gateway.receiveFrom(peer, tunnel, peer.spec(gateway, EspCipher.AES_128_GCM_16, false));
    }

    @AfterEach
    void balance() {
        gateway.assertBalanced();
        gateway.close();
        peer.close();
    }

    /** Sends ESP whose decrypted text is {@code inner} and {@code trailerHex}: padding, its length, next header. */
    private void receive(byte[] inner, String trailerHex) throws GeneralSecurityException {
        byte[] trailer = HexFormat.of().parseHex(trailerHex);
        byte[] text = Arrays.copyOf(inner, inner.length + trailer.length);
        System.arraycopy(trailer, 0, text, inner.length, trailer.length);
        wan.send(TestPacket.of(peer.outer, gateway.outer, 50, seal(text)).frame());
        gateway.step();
    }

    private byte[] seal(byte[] text) throws GeneralSecurityException {
        byte[] key = new byte[16];
        Arrays.fill(key, (byte) KEY_BYTE);
        byte[] aad = ByteBuffer.allocate(8).putInt(spi).putInt(++sequence).array();
        byte[] iv = ByteBuffer.allocate(8).putLong(0x5555_0000L + sequence).array();
        byte[] nonce = ByteBuffer.allocate(12).putInt(0x0202_0202).put(iv).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(aad);
        byte[] sealed = cipher.doFinal(text);
        return ByteBuffer.allocate(16 + sealed.length).put(aad).put(iv).put(sealed).array();
    }

    @Test
    void opensWhatIsInOrder() throws GeneralSecurityException {
        receive(INNER.bytes(), "01020204");
        assertThat(datagram(lan.receive().getFirst())).isEqualTo(INNER.withTtl(63).bytes());
    }

    @Test
    void opensTheLongestPadding() throws GeneralSecurityException {
        StringBuilder padding = new StringBuilder();
        for (int value = 1; value <= 255; value++) {
            padding.append(HexFormat.of().toHexDigits((byte) value));
        }
        receive(INNER.bytes(), padding + "ff04");
        assertThat(lan.receive()).hasSize(1);
    }

    @Test
    void cutsPaddingAgainstTrafficAnalysisBehindTheInnerPacket() throws GeneralSecurityException {
        receive(Arrays.copyOf(INNER.bytes(), 500), "01020204");
        assertThat(datagram(lan.receive().getFirst())).isEqualTo(INNER.withTtl(63).bytes());
    }

    @Test
    void dropsPaddingThatDoesNotCount() throws GeneralSecurityException {
        receive(INNER.bytes(), "01030204");
        receive(INNER.bytes(), "00000204");
        gateway.assertDropped(DropReason.BAD_PADDING, 2);
    }

    @Test
    void dropsPaddingLongerThanThePacket() throws GeneralSecurityException {
        receive(new byte[0], "0102ff04");
        gateway.assertDropped(DropReason.BAD_PADDING, 1);
    }

    @Test
    void dropsDummies() throws GeneralSecurityException {
        receive(new byte[100], "0102023b");
        gateway.assertDropped(DropReason.DUMMY, 1);
    }

    @Test
    void dropsOtherNextHeaders() throws GeneralSecurityException {
        receive(INNER.bytes(), "0102022f");
        receive(INNER.bytes(), "01020206");
        gateway.assertDropped(DropReason.BAD_NEXT_HEADER, 2);
    }

    @Test
    void dropsMartiansInside() throws GeneralSecurityException {
        receive(INNER.withSource(address("127.0.0.1")).bytes(), "01020204");
        receive(INNER.withDestination(address("224.0.0.5")).bytes(), "01020204");
        gateway.assertDropped(DropReason.MARTIAN, 2);
    }

    @Test
    void dropsInnerPacketsThatAreNoSoundIpv4() throws GeneralSecurityException {
        receive(new byte[0], "01020204");
        receive(Arrays.copyOf(INNER.bytes(), 18), "01020204");
        receive(Arrays.copyOf(INNER.bytes(), 60), "01020204");
        receive(TestPacket.flip(INNER.bytes(), 0, 0x20), "01020204");
        receive(TestPacket.flip(INNER.bytes(), 0, 0x0f), "01020204");
        receive(TestPacket.flip(INNER.bytes(), 10, 0x01), "01020204");
        gateway.assertDropped(DropReason.BAD_INNER, 6);
    }
}

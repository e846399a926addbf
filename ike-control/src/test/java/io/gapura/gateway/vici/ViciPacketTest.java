package io.gapura.gateway.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.vici.ViciPacket.Kind;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ViciPacketTest {
    private static final ViciMessage NESTED = ViciMessage.builder()
            .put("key1", "value1")
            .put("section1", ViciMessage.builder()
                    .put("sub-section", ViciMessage.builder().put("key2", "value2"))
                    .put("list1", List.of("item1", "item2")))
            .build();

    /** The example of strongSwan's description of the protocol, with the header of a request before it. */
    @Test
    void writesTheExampleOfTheProtocolsDescription() {
        byte[] packet = new ViciPacket(Kind.CMD_REQUEST, "c", NESTED).encode();

        assertThat(HexFormat.of().formatHex(packet)).isEqualTo("00000050" + "00" + "0163"
                + "03" + "046b657931" + "000676616c756531"
                + "01" + "0873656374696f6e31"
                + "01" + "0b7375622d73656374696f6e"
                + "03" + "046b657932" + "000676616c756532"
                + "02"
                + "04" + "056c69737431"
                + "05" + "00056974656d31"
                + "05" + "00056974656d32"
                + "06"
                + "02");
    }

    @Test
    void readsWhatItWrites() throws ProtocolException {
        for (Kind kind : Kind.values()) {
            boolean named = List.of(Kind.CMD_REQUEST, Kind.EVENT, Kind.EVENT_REGISTER, Kind.EVENT_UNREGISTER)
                    .contains(kind);
            boolean withBody = List.of(Kind.CMD_REQUEST, Kind.CMD_RESPONSE, Kind.EVENT).contains(kind);
            ViciPacket packet = new ViciPacket(kind, named ? "name" : "", withBody ? NESTED : ViciMessage.EMPTY);

            assertThat(ViciPacket.decode(behindLength(packet.encode()))).isEqualTo(packet);
        }
    }

    @Test
    void refusesWhatEndsTooEarly() {
        byte[] packet = behindLength(new ViciPacket(Kind.CMD_RESPONSE, "", NESTED).encode());

        assertThatThrownBy(() -> ViciPacket.decode(Arrays.copyOf(packet, packet.length - 1)))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesSectionsWithoutEnd() {
        byte[] packet = new byte[3 * 5000];
        packet[0] = 1;
        for (int at = 1; at + 3 <= packet.length; at += 3) {
            packet[at] = ViciElement.SECTION_START;
            packet[at + 1] = 1;
            packet[at + 2] = 'a';
        }

        assertThatThrownBy(() -> ViciPacket.decode(packet)).isInstanceOf(ProtocolException.class)
                .hasMessageContaining("deep");
    }

    @Test
    void findsAFaultOrAMessageInEveryGarbage() {
        Random random = new Random(1);
        byte[] good = behindLength(new ViciPacket(Kind.CMD_REQUEST, "list-sas", NESTED).encode());
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int flip = random.nextInt(4); flip >= 0; flip--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(ViciPacket.decode(bad)).isNotNull();
            } catch (ProtocolException fault) {
                assertThat(fault).hasMessageNotContaining("null");
            }
        }
    }

    private static byte[] behindLength(byte[] packet) {
        return Arrays.copyOfRange(packet, Integer.BYTES, packet.length);
    }
}

package io.gapura.gateway.vici;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapura.gateway.vici.ViciPacket.Kind;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Jazzer's target at the control socket: a packet is read, and can be written and read again, or is refused. */
final class ViciFuzzTest {
    private static final ViciMessage BODY = ViciMessage.builder().put("key", "value")
            .put("section", ViciMessage.builder().put("list", List.of("a", "b")).put("empty", "")).build();

    static Stream<byte[]> packets() {
        return Stream.of(Kind.values()).map(kind -> new ViciPacket(kind, "list-sas", BODY).encode())
                .map(ViciFuzzTest::behindLength);
    }

    private static byte[] behindLength(byte[] packet) {
        return Arrays.copyOfRange(packet, Integer.BYTES, packet.length);
    }

    @MethodSource("packets")
    @FuzzTest
    void packet(byte[] content) throws ProtocolException {
        ViciPacket packet;
        try {
            packet = ViciPacket.decode(content);
        } catch (ProtocolException refused) {
            return;
        }
        assertThat(ViciPacket.decode(behindLength(packet.encode()))).isEqualTo(packet);
    }
}

package io.gapura.gateway.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PacketFileTest {
    private static final String ETHERNET = "0200000000aa0200000000bb";
    private static final String IP = "4500001c00010000400166d20a0100050a0200070800f7ff00000000";

    @TempDir
    Path directory = Path.of("");

    private Path pcap(ByteOrder order, int magic) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(300).order(order);
        file.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(1);
        for (String frame : List.of("aabb", ETHERNET + "0800" + IP)) {
            byte[] bytes = HexFormat.of().parseHex(frame);
            file.putInt(1).putInt(2).putInt(bytes.length).putInt(bytes.length).put(bytes);
        }
        byte[] written = new byte[file.position()];
        file.get(0, written);
        return Files.write(directory.resolve("a.pcap"), written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BIG_ENDIAN", "LITTLE_ENDIAN"})
    void takesAPacketOutOfPcap(String order) throws IOException {
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        for (int magic : new int[] {0xa1b2c3d4, 0xa1b23c4d}) {
            Path file = pcap(byteOrder, magic);
            assertThat(HexFormat.of().formatHex(PacketFile.datagram(PacketFile.frame(file, 2)))).isEqualTo(IP);
            assertThatThrownBy(() -> PacketFile.frame(file, 3)).hasMessage("has no packet 3");
        }
    }

    @Test
    void takesAPacketOutOfPcapng() throws IOException {
        PcapngStream stream = new PcapngStream(List.of("wan"), 4096, (_, _) -> "");
        Path file = directory.resolve("b.pcapng");
        try (OutputStream out = Files.newOutputStream(file); Arena arena = Arena.ofConfined()) {
            for (byte[] block : stream.head()) {
                out.write(block);
            }
            byte[] frame = HexFormat.of().parseHex(ETHERNET + "0800" + IP);
            long at = arena.allocate(frame.length).address();
            Memory.copy(frame, 0, at, frame.length);
            out.write(PcapngBlock.packet(0, 1, 1, frame.length, at, frame.length, "a comment"));
        }
        assertThat(HexFormat.of().formatHex(PacketFile.datagram(PacketFile.frame(file, 1)))).isEqualTo(IP);
        assertThatThrownBy(() -> PacketFile.frame(file, 2)).hasMessage("has no packet 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {ETHERNET + "0800" + IP, ETHERNET + "81000001" + "0800" + IP, IP})
    void findsTheDatagram(String hex) {
        assertThat(HexFormat.of().formatHex(PacketFile.datagram(HexFormat.of().parseHex(hex)))).isEqualTo(IP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello, this is no capture at all", "0123456789"})
    void refusesWhatIsNoCapture(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("c"), text);
        assertThatThrownBy(() -> PacketFile.frame(file, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] whole = Files.readAllBytes(pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4));
        for (int length = 24; length < whole.length; length++) {
            Path file = Files.write(directory.resolve("d"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> PacketFile.frame(file, 2)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void buildsPacketsFromWords() {
        byte[] packet = PacketWords.datagram(List.of("src", "10.1.0.5", "dst", "10.2.0.7", "icmp", "bytes", "28"));
        assertThat(HexFormat.of().formatHex(packet))
                .isEqualTo("4500001c00010000400166d20a0100050a0200070800000000000000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            src 10.1.0.5; src and dst are needed
            src 10.1.0.5 dprt 1; did you mean 'dport'?
            src 10.1.0.5 dst; say which
            src 10.1.0.5 dst 10.2.0.7 dport http; that is no number
            src 10.1.0.5 dst 10.2.0.7 bytes 20; not between 28 and 65535
            """)
    void saysWhatIsWrongWithWords(String words, String why) {
        assertThatThrownBy(() -> PacketWords.datagram(List.of(words.split(" ", -1)))).hasMessageContaining(why);
    }
}

package io.gapura.gateway.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.capture.CapturedPacket;
import io.gapura.engine.capture.CapturedPacket.Verdict;
import io.gapura.engine.packet.DropReason;
import io.gapura.ffi.Memory;
import io.gapura.ffi.test.RequiresProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wireshark's own programs read what we write. */
@RequiresProgram({"tshark", "capinfos"})
final class PcapngStreamTest {
    /** An ICMP echo request from 10.1.0.2 to 10.2.0.2 in Ethernet, 43 bytes: an odd number, so that blocks are padded. */
    private static final String FRAME = "0200000000aa0200000000bb0800"
            + "4500001d000100004001" + "66db" + "0a0100020a020002" + "0800f7ff0000000000";
    private static final long EPOCH_NS = 1_795_000_000_123_456_789L;

    private final PcapngStream stream = new PcapngStream(List.of("wan", "lan"), 4096,
            (outbound, spi) -> outbound && spi == 0xc0ffee00 ? "branch/net" : "");

    private static CapturedPacket packet(int port, boolean outbound, Verdict verdict, @Nullable DropReason reason,
            int spi) {
        return new CapturedPacket(EPOCH_NS, 1, port, outbound, outbound, verdict, reason,
                verdict == Verdict.SENT ? port : CapturedPacket.NO_PORT, spi, 100);
    }

    private Path write(Path directory, List<CapturedPacket> packets) throws IOException {
        byte[] frame = HexFormat.of().parseHex(FRAME);
        Path file = directory.resolve("test.pcapng");
        try (OutputStream out = Files.newOutputStream(file); Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(frame.length).address();
            Memory.copy(frame, 0, address, frame.length);
            List<byte[]> blocks = new ArrayList<>(stream.head());
            packets.forEach(packet -> blocks.add(stream.packet(packet, address, frame.length)));
            blocks.add(stream.tail(EPOCH_NS, packets.size(), 7));
            for (byte[] block : blocks) {
                out.write(block);
            }
        }
        return file;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", (Object) command).isZero();
        return output;
    }

    @Test
    void isReadByTshark(@TempDir Path directory) throws Exception {
        Path file = write(directory, List.of(packet(0, true, Verdict.SENT, null, 0xc0ffee00),
                packet(CapturedPacket.NO_PORT, false, Verdict.DROPPED, DropReason.REPLAYED, 1),
                packet(1, false, Verdict.ANSWERED, DropReason.TOO_BIG, 0),
                packet(0, false, Verdict.KERNEL, null, 0)));

        String fields = run("tshark", "-r", file.toString(), "-T", "fields", "-E", "separator=|",
                "-e", "frame.interface_name", "-e", "frame.packet_flags_direction", "-e", "frame.time_epoch",
                "-e", "frame.len", "-e", "frame.cap_len", "-e", "ip.src", "-e", "frame.comment");

        assertThat(fields.lines()).containsExactly(
                "wan|0x00000002|1795000000.123456789|100|43|10.1.0.2|"
                        + "sent by wan, outbound, worker 1, SA 0xc0ffee00 branch/net",
                "from another worker|0x00000001|1795000000.123456789|100|43|10.1.0.2|dropped: REPLAYED: "
                        + DropReason.REPLAYED.sentence() + ", inbound, worker 1, SA 0x00000001",
                "lan|0x00000001|1795000000.123456789|100|43|10.1.0.2|dropped: TOO_BIG (told its sender by ICMP): "
                        + DropReason.TOO_BIG.sentence() + ", inbound, worker 1",
                "wan|0x00000001|1795000000.123456789|100|43|10.1.0.2|handed to the kernel, inbound, worker 1");
    }

    @Test
    void isReadByCapinfos(@TempDir Path directory) throws Exception {
        Path file = write(directory, List.of(packet(0, true, Verdict.SENT, null, 1)));

        assertThat(run("capinfos", file.toString())).contains("pcapng", "Number of packets:   1",
                "Number of interfaces in file: 3", "Name = wan", "Capture application: Gapura",
                "nanoseconds (9)");
    }
}

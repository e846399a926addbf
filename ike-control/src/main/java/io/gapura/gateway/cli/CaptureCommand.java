package io.gapura.gateway.cli;

import io.gapura.gateway.capture.FilterWords;
import io.gapura.gateway.vici.ViciMessage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gapura capture}. */
@Command(name = "capture", mixinStandardHelpOptions = true, description = {
    "Record packets as a running gateway sees them, to a pcapng file that says in each packet's comment what became of it.",
    "Without --decrypted: packets as they are on the unprotected side, and headers and ports alone of those that never got there."}, footerHeading = "%nExamples:%n", footer = {
        "  gapura capture drops.pcapng --dropped",
        "  gapura capture - --filter 'spi 0xc0ffee00' | wireshark -k -i -",
        "  gapura capture dns.pcapng --filter 'dst 10.2.0.0/16 udp dport 53' --decrypted --count 100",
        "  gapura capture replays.pcapng --filter 'reason REPLAYED,NOT_AUTHENTIC'"})
final class CaptureCommand implements Runnable {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Parameters(paramLabel = "FILE", description = "The file to write; - for standard output.")
    private String file = "";
    @Option(names = "--filter", paramLabel = "WORDS", defaultValue = "", description = "Only packets for which all of these hold, as they came or as they left: host, src, dst ADDRESS[/BITS];"
            + " port, sport, dport NUMBER; proto NUMBER or tcp, udp, icmp, icmp6, sctp, esp, ah; spi NUMBER;"
            + " reason NAME[,NAME].")
    private String filter = "";
    @Option(names = "--dropped", description = "Only packets that were dropped.")
    private boolean dropped;
    @Option(names = "--decrypted", description = "Packets as they are on the protected side. For root; leaves a line in the log.")
    private boolean decrypted;
    @Option(names = "--snaplen", paramLabel = "BYTES", defaultValue = "4096", description = "Of each frame at most so many, 64 to 4096. Default: ${DEFAULT-VALUE}")
    private int snapBytes;
    @Option(names = "--count", paramLabel = "PACKETS", defaultValue = "0", description = "End after so many; 0 for no limit.")
    private long count;
    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "0", description = "End after so long; 0 for no limit.")
    private long seconds;

    private volatile boolean interrupted;

    @Override
    public void run() {
        try {
            FilterWords.parse(filter);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--filter: " + e.getMessage());
        }
        if (file.equals("-")) {
            captureTo(System.out);
            return;
        }
        try (OutputStream out = new FileOutputStream(Path.of(file).toFile())) {
            captureTo(out);
        } catch (IOException e) {
            throw Failure.because(file + ": " + e.getMessage());
        }
    }

    private void captureTo(OutputStream out) {
        try {
            ViciMessage begun = expectSuccess(socket.request("capture-start", ViciMessage.builder()
                    .put("filter", filter).put("dropped", dropped).put("decrypted", decrypted)
                    .put("snaplen", snapBytes).build()));
            record(out, ViciMessage.builder().put("capture", begun.text("capture", "")).build());
        } catch (IOException e) {
            throw Failure.because(file + ": " + e.getMessage());
        }
    }

    private static ViciMessage expectSuccess(ViciMessage answer) {
        if (!answer.text("success", "no").equals("yes")) {
            throw Failure.because(answer.text("errmsg", "the gateway refused"));
        }
        return answer;
    }

    /** Until interrupted, or enough. An interrupt waits for the end to be written. */
    private void record(OutputStream out, ViciMessage capture) throws IOException {
        Thread recorder = Thread.currentThread();
        Thread hook = new Thread(() -> finish(recorder));
        Runtime.getRuntime().addShutdownHook(hook);
        ViciMessage last = null;
        try {
            last = read(out, capture);
        } finally {
            ViciMessage end = expectSuccess(socket.request("capture-stop", capture));
            write(out, end.texts("blocks"), Integer.MAX_VALUE);
            out.flush();
            report(last == null ? end : last, end);
        }
        if (!interrupted) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private @Nullable ViciMessage read(OutputStream out, ViciMessage capture) throws IOException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long written = 0;
        ViciMessage answer = null;
        while (!interrupted && (count == 0 || written < count)
                && (seconds == 0 || System.nanoTime() - deadlineNs < 0)) {
            answer = expectSuccess(socket.request("capture-read", capture));
            List<String> blocks = answer.texts("blocks");
            long packets = Long.parseLong(answer.text("packets", "0"));
            int surplus = count == 0 ? 0 : (int) Math.max(0, packets - count);
            write(out, blocks, blocks.size() - surplus);
            written = packets;
            if (blocks.isEmpty()) {
                out.flush();
                LockSupport.parkNanos(POLL_NS);
            }
        }
        return answer;
    }

    private static void write(OutputStream out, List<String> blocks, int most) throws IOException {
        for (String block : blocks.subList(0, Math.min(blocks.size(), most))) {
            out.write(Base64.getDecoder().decode(block));
        }
    }

    private void report(ViciMessage last, ViciMessage end) {
        long packets = Long.parseLong(last.text("packets", "0"));
        long lost = Long.parseLong(end.text("lost", "0"));
        System.err.printf("%d packets%s%n", count == 0 ? packets : Math.min(count, packets),
                lost == 0 ? "" : ", and %d more that found no room: narrow the filter".formatted(lost));
    }

    private void finish(Thread recorder) {
        interrupted = true;
        LockSupport.unpark(recorder);
        try {
            recorder.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.capture.PacketFile;
import io.gapura.gateway.capture.PacketWords;
import io.gapura.gateway.vici.ViciMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gapura explain packet}. */
@Command(name = "packet", mixinStandardHelpOptions = true, description = {
    "What would become of a packet now, step by step: the policy that decides and its line in the configuration, SA, worker, MTU.",
    "Nothing is sent. Where nothing is dropped there is still the peer."}, footerHeading = "%nExamples:%n", footer = {
        "  gapura explain packet src 10.1.0.5 dst 10.2.0.7 tcp dport 443 bytes 1500 df",
        "  gapura explain packet --hex 4500001c00010000400166d20a0100050a020007080000000000000000",
        "  gapura explain packet --pcap drops.pcapng --number 3"})
final class ExplainPacketCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();
    @Parameters(paramLabel = "WORDS", arity = "0..*", description = "The packet in words: src, dst ADDRESS; tcp, udp, icmp, sctp, esp, ah or proto NUMBER;"
            + " sport, dport NUMBER (icmp: type and code); bytes NUMBER; ttl NUMBER; df.")
    private List<String> words = List.of();
    @Option(names = "--hex", paramLabel = "DIGITS", description = "The packet from its IP header on, or its Ethernet frame.")
    private @Nullable String hex;
    @Option(names = "--pcap", paramLabel = "FILE", description = "A pcap or pcapng file with the packet.")
    private @Nullable Path pcap;
    @Option(names = "--number", paramLabel = "NUMBER", defaultValue = "1", description = "Which packet of the file. Default: ${DEFAULT-VALUE}")
    private int number;
    @Option(names = "--from", paramLabel = "protected|unprotected", description = "The side that it comes from. Default: by the route back to its source.")
    private @Nullable Side from;

    /** A side of the gateway. */
    private enum Side {
        PROTECTED,
        UNPROTECTED
    }

    @Override
    public void run() {
        ViciMessage.Builder request = ViciMessage.builder().put("packet", HexFormat.of().formatHex(datagram()));
        if (from != null) {
            request.put("from", from.name());
        }
        ViciMessage answer = socket.request("explain-packet", request.build());
        if (!answer.text("success", "no").equals("yes")) {
            throw Failure.because(answer.text("errmsg", "the gateway refused"));
        }
        Steps.print(answer, output, List.of("verdict", "reason"));
    }

    private byte[] datagram() {
        int given = (words.isEmpty() ? 0 : 1) + (hex == null ? 0 : 1) + (pcap == null ? 0 : 1);
        if (given != 1) {
            throw Failure.usage("give the packet in words, by --hex or by --pcap");
        }
        try {
            if (pcap != null) {
                return PacketFile.datagram(PacketFile.frame(pcap, number));
            }
            return hex == null
                    ? PacketWords.datagram(words)
                    : PacketFile.datagram(HexFormat.of().parseHex(hex.replaceAll("[\\s:]", "")));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Failure.because(pcap + ": " + e.getMessage());
        }
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura show sa}. */
@Command(name = "sa", mixinStandardHelpOptions = true, description = "The IKE SAs and their children.")
final class ShowSaCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        List<ViciMessage> sas = socket.stream("list-sas", "list-sa");
        if (output.isJson()) {
            System.out.println(Json.indented(sas.stream().flatMap(sa -> Answers.ikeSas(sa).stream()).toList()));
        } else if (sas.isEmpty()) {
            System.out.println("no IKE SA");
        } else {
            sas.forEach(event -> event.sections().forEach((name, sa) -> print(name, sa)));
        }
    }

    private static void print(String name, ViciMessage sa) {
        System.out.printf("%s #%s %s, %s, since %s s%s%n", name, sa.text("uniqueid", "?"), sa.text("state", "?"),
                sa.text("initiator", "no").equals("yes") ? "initiator" : "responder", sa.text("established", "0"),
                sa.text("handshake-ms") == null ? "" : ", handshake " + sa.text("handshake-ms") + " ms");
        System.out.printf("  %s ... %s%n", end(sa, "local"), end(sa, "remote"));
        System.out.printf("  %s%n", algorithms(sa));
        for (Map.Entry<String, ViciMessage> child : sa.section("child-sas").sections().entrySet()) {
            print(child.getValue());
        }
    }

    private static String end(ViciMessage sa, String side) {
        return "%s[%s] '%s'".formatted(sa.text(side + "-host", "?"), sa.text(side + "-port", "?"),
                sa.text(side + "-id", "?"));
    }

    private static void print(ViciMessage child) {
        System.out.printf("  %s #%s %s, %s%s%s, %s, MTU %s%n", child.text("name", "?"), child.text("uniqueid", "?"),
                child.text("state", "?"), child.text("protocol", "?"),
                child.text("encap", "no").equals("yes") ? " in UDP" : "",
                child.text("esn", "0").equals("1") ? " with ESN" : "", algorithms(child),
                child.text("mtu", "?"));
        System.out.printf("    %s ... %s%n", String.join(" ", child.texts("local-ts")),
                String.join(" ", child.texts("remote-ts")));
        for (String direction : List.of("in", "out")) {
            System.out.printf("    %-3s %s  %12s packets %15s bytes%n", direction, child.text("spi-" + direction, "?"),
                    child.text("packets-" + direction, "0"), child.text("bytes-" + direction, "0"));
        }
        String refused = Stream.of("replayed", "not-authentic", "mismatched")
                .filter(why -> !child.text(why, "0").equals("0")).map(why -> child.text(why, "0") + " " + why)
                .collect(Collectors.joining(", "));
        if (!refused.isEmpty()) {
            System.out.printf("    refused %s%n", refused);
        }
    }

    private static String algorithms(ViciMessage sa) {
        List<String> words = new ArrayList<>();
        String cipher = sa.text("encr-alg");
        if (cipher != null) {
            String bits = sa.text("encr-keysize");
            words.add(bits == null ? cipher : cipher + "-" + bits);
        }
        for (String key : List.of("integ-alg", "prf-alg", "dh-group", "ke1", "ke2", "ke3", "ke4", "ke5", "ke6",
                "ke7")) {
            String algorithm = sa.text(key);
            if (algorithm != null) {
                words.add(algorithm);
            }
        }
        return String.join("/", words);
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gapura show drops}. */
@Command(name = "drops", mixinStandardHelpOptions = true, description = "What became of all packets, and why some were dropped.")
final class ShowDropsCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();
    @Option(names = "--all", description = "Also the reasons that never occurred.")
    private boolean all;

    @Override
    public void run() {
        ViciMessage ledger = socket.request("get-drops", ViciMessage.EMPTY);
        if (output.isJson()) {
            System.out.println(Json.indented(json(ledger)));
        } else {
            print(ledger);
        }
    }

    private static Map<String, Object> json(ViciMessage ledger) {
        Map<String, Object> json = new LinkedHashMap<>(Answers.counts(ledger));
        json.put("drops", Answers.counts(ledger.section("drops")));
        json.put("ike_drops", Answers.counts(ledger.section("ike-drops")));
        return json;
    }

    private void print(ViciMessage ledger) {
        Answers.counts(ledger)
                .forEach((name, count) -> System.out.printf("%-16s %12d%n", name.replace('_', ' '), count));
        System.out.println();
        ViciMessage sentences = ledger.section("sentences");
        Table table = new Table("dropped because", "count", "");
        for (String section : new String[] {"drops", "ike-drops"}) {
            Answers.counts(ledger.section(section)).forEach((reason, count) -> {
                if (all || count > 0) {
                    table.row(reason, count, sentences.section(section).text(reason, ""));
                }
            });
        }
        System.out.print(table);
    }
}

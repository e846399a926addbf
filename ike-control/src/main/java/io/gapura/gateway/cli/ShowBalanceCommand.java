package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura show balance}. */
@Command(name = "balance", mixinStandardHelpOptions = true, description = "Which worker did what in the last second, how even that was, and what would help.")
final class ShowBalanceCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        ViciMessage balance = socket.request("get-balance", ViciMessage.EMPTY);
        Map<String, ViciMessage> workers = balance.section("workers").sections();
        if (output.isJson()) {
            Map<String, Object> json = Answers.object(balance);
            json.put("workers", workers.entrySet().stream()
                    .map(worker -> Answers.numbered(worker.getKey(), worker.getValue())).toList());
            System.out.println(Json.indented(json));
            return;
        }
        Table table = new Table("worker", "packets/s", "carries %", "receives %", "busy %", "busiest SA");
        workers.forEach((number, worker) -> table.row(number, worker.text("packets-per-second", "?"),
                worker.text("share-percent", "?"), worker.text("received-percent", "?"),
                worker.text("busy-percent", "?"), worker.text("busiest-sa", "")));
        System.out.print(table);
        System.out.printf("%s packets/s, %s %% even, %s %% handed over%n%s%n", balance.text("packets-per-second", "?"),
                balance.text("evenness", "?"), balance.text("handed-over-percent", "?"), balance.text("advice", "?"));
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura show worker}. */
@Command(name = "worker", mixinStandardHelpOptions = true, description = "The workers, and how busy they were in the last second.")
final class ShowWorkerCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        Map<String, ViciMessage> workers = socket.request("get-workers", ViciMessage.EMPTY).section("workers")
                .sections();
        if (output.isJson()) {
            System.out.println(Json.indented(workers.entrySet().stream()
                    .map(worker -> Answers.numbered(worker.getKey(), worker.getValue())).toList()));
            return;
        }
        Table table = new Table("worker", "core", "queues", "SAs", "packets/s", "busy %", "batch", "idle",
                "handed over/s", "taken over/s", "longest stall µs", "faults");
        workers.forEach((number, worker) -> table.row(number, worker.text("core", "?"),
                String.join(" ", worker.texts("queues")), worker.text("sas", "?"),
                worker.text("packets-per-second", "?"), worker.text("busy-percent", "?"), worker.text("batch", "?"),
                worker.text("idle", "?"), worker.text("handed-over-per-second", "?"),
                worker.text("taken-over-per-second", "?"), worker.text("longest-stall-us", "?"),
                worker.text("faults", "?")));
        System.out.print(table);
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura show ports}. */
@Command(name = "ports", mixinStandardHelpOptions = true, description = "The ports and what passed them.")
final class ShowPortsCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        Map<String, ViciMessage> ports = socket.request("get-ports", ViciMessage.EMPTY).section("ports").sections();
        if (output.isJson()) {
            System.out.println(Json.indented(ports.entrySet().stream()
                    .map(port -> Answers.named(port.getKey(), port.getValue())).toList()));
            return;
        }
        Table table = new Table("port", "device", "driver", "role", "mode", "queues", "mtu", "packets in", "bytes in",
                "packets out", "bytes out");
        ports.forEach((name, port) -> table.row(name, port.text("device", "-"), port.text("driver", "?"),
                port.text("role", "?"), port.text("mode", "?"), port.text("queues", "?"), port.text("mtu", "?"),
                port.text("packets-in", "0"), port.text("bytes-in", "0"), port.text("packets-out", "0"),
                port.text("bytes-out", "0")));
        System.out.print(table);
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura audit crypto}. */
@Command(name = "crypto", mixinStandardHelpOptions = true, description = "The SAs that are classical or weak, and why; and the connections that may become so.")
final class AuditCryptoCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        ViciMessage answer = socket.request("audit-crypto", ViciMessage.EMPTY);
        Map<String, ViciMessage> sas = answer.section("sas").sections();
        Map<String, ViciMessage> connections = answer.section("connections").sections();
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("sas", sas.entrySet().stream().map(sa -> spi(sa.getKey(), sa.getValue())).toList());
            json.put("connections", connections.entrySet().stream()
                    .map(each -> Answers.named(each.getKey(), each.getValue())).toList());
            System.out.println(Json.indented(json));
            return;
        }
        long good = sas.values().stream().filter(sa -> sa.texts("findings").isEmpty()).count();
        System.out.printf("%d of %d SAs are post-quantum and strong%n", good, sas.size());
        Table table = new Table("sa", "spi", "connection", "suite", "why");
        sas.forEach((spi, sa) -> sa.texts("findings").forEach(why -> table.row(sa.text("protocol", "?"), spi,
                sa.text("name", "?"), sa.text("suite", "?"), why)));
        if (good < sas.size()) {
            System.out.print(table);
        }
        connections.forEach((name, each) -> each.texts("findings")
                .forEach(why -> System.out.printf("connection %s: %s%n", name, why)));
    }

    private static Map<String, Object> spi(String spi, ViciMessage sa) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("spi", spi);
        json.putAll(Answers.object(sa));
        json.put("findings", List.copyOf(sa.texts("findings")));
        return json;
    }
}

package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura show mtu}. */
@Command(name = "mtu", mixinStandardHelpOptions = true, description = "How large packets can be that each outbound SA carries, and why.")
final class ShowMtuCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();
    @Mixin
    private final Output output = new Output();

    @Override
    public void run() {
        Map<String, ViciMessage> sas = socket.request("get-mtu", ViciMessage.EMPTY).section("sas").sections();
        if (output.isJson()) {
            List<Map<String, Object>> json = sas.entrySet().stream().map(sa -> {
                Map<String, Object> each = new LinkedHashMap<>();
                each.put("spi", sa.getKey());
                each.putAll(Answers.object(sa.getValue()));
                return each;
            }).toList();
            System.out.println(Json.indented(json));
            return;
        }
        Table table = new Table("spi", "child", "next hop's", "path's", "packets inside");
        sas.forEach((spi, sa) -> table.row(spi, sa.text("name", ""), sa.text("link-mtu", "0"),
                sa.text("path-mtu", "-"), sa.text("mtu", "0")));
        System.out.print(table);
    }
}

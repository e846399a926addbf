package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gapura reload}. */
@Command(name = "reload", mixinStandardHelpOptions = true, description = {
    "Read the gateway's configuration again and apply what has changed.",
    "Tunnels of connections that are as they were go on. A faulty file changes nothing. SIGHUP does the same."}, footerHeading = "%nExamples:%n", footer = {
        "  gapura check gateway.yaml && sudo gapura reload"})
final class ReloadCommand implements Runnable {
    @Mixin
    private final ControlSocket socket = new ControlSocket();

    @Override
    public void run() {
        ViciMessage response = socket.request("reload", ViciMessage.EMPTY);
        if (!response.text("success", "no").equals("yes")) {
            throw Failure.because(response.text("errmsg", "failed") + System.lineSeparator() + "nothing was changed");
        }
        for (String what : new String[] {"added", "changed", "removed"}) {
            if (!response.texts(what).isEmpty()) {
                System.out.printf("%s: %s%n", what, String.join(", ", response.texts(what)));
            }
        }
        System.out.printf("as they were: %d connections%n", response.texts("unchanged").size());
        if (!response.texts("restart").isEmpty()) {
            System.out.printf("not applied before a restart: %s%n", String.join(", ", response.texts("restart")));
        }
    }
}

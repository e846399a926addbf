package io.gapura.gateway.cli;

import io.gapura.gateway.vici.ViciClient;
import io.gapura.gateway.vici.ViciMessage;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which running gateway a command speaks to. */
final class ControlSocket {
    private static final String SCHEME = "unix://";

    @Option(names = "--uri", paramLabel = "URI", defaultValue = "unix:///run/gapura.vici", description = "The gateway's control socket: observability.vici of its configuration."
            + " Default: ${DEFAULT-VALUE}")
    private String uri = "";

    ViciMessage request(String command, ViciMessage body) {
        return ask(client -> client.request(command, body));
    }

    List<ViciMessage> stream(String command, String event) {
        return ask(client -> client.stream(command, event, ViciMessage.EMPTY));
    }

    private <T> T ask(Question<T> question) {
        Path socket = Path.of(uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : uri);
        try (ViciClient client = connect(socket)) {
            return question.ask(client);
        } catch (IOException e) {
            throw Failure.because(socket + ": " + e.getMessage());
        }
    }

    private static ViciClient connect(Path socket) throws IOException {
        try {
            return ViciClient.connect(socket);
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            throw Failure.because("no gateway answers at " + socket + " (" + reason(socket, e)
                    + "); --uri names another socket");
        }
    }

    private static String reason(Path socket, IOException refused) {
        if (!Files.exists(socket)) {
            return "there is no such socket: is the gateway running?";
        }
        return refused instanceof AccessDeniedException || !Files.isWritable(socket)
                ? "only the user who runs the gateway may ask it"
                : String.valueOf(refused.getMessage());
    }

    /** What is asked of a connected client. */
    private interface Question<T> {
        T ask(ViciClient client) throws IOException;
    }
}

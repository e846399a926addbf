package io.gapura.gateway.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.vici.ViciCommands.Answer;
import io.gapura.gateway.vici.ViciCommands.Event;
import java.io.IOException;
import java.net.BindException;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class ViciServerTest {
    @TempDir
    private Path directory = Path.of("");
    private Path socket = Path.of("");
    private @Nullable ViciServer server;

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("vici");
        server = ViciServer.open(socket, new Echo());
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void answersARequest() throws IOException {
        expectEcho();
    }

    private void expectEcho() throws IOException {
        try (ViciClient client = ViciClient.connect(socket)) {
            ViciMessage body = ViciMessage.builder().put("a", "1").build();

            assertThat(client.request("echo", body)).isEqualTo(body);
        }
    }

    @Test
    void streamsEventsBeforeTheResponse() throws IOException {
        try (ViciClient client = ViciClient.connect(socket)) {
            ViciMessage body = ViciMessage.builder().put("a", "1").build();

            assertThat(client.stream("twice", "heard", body)).containsExactly(body, body);
        }
    }

    @Test
    void sendsNoEventsToThoseWhoDidNotAskForThem() throws IOException {
        try (ViciClient client = ViciClient.connect(socket)) {
            assertThat(client.request("twice", ViciMessage.EMPTY)).isEqualTo(ViciMessage.success());
        }
    }

    @Test
    void tellsWhyACommandFailed() throws IOException {
        try (ViciClient client = ViciClient.connect(socket)) {
            assertThat(client.request("fail", ViciMessage.EMPTY)).isEqualTo(ViciMessage.failure("no such thing"));
        }
    }

    @Test
    void refusesUnknownCommandsAndEvents() throws IOException {
        try (ViciClient client = ViciClient.connect(socket)) {
            assertThatThrownBy(() -> client.request("unheard-of", ViciMessage.EMPTY))
                    .isInstanceOf(ProtocolException.class);
            assertThatThrownBy(() -> client.stream("echo", "unheard-of", ViciMessage.EMPTY))
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
    }

    @Test
    void refusesToTakeASocketThatIsServed() {
        assertThatThrownBy(() -> ViciServer.open(socket, new Echo())).isInstanceOf(BindException.class);
    }

    @Test
    void outlivesAClientThatSendsTooMuch() throws IOException {
        try (SocketChannel rude = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            rude.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, Integer.MAX_VALUE));
            assertThat(rude.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        expectEcho();
    }

    @Test
    void doesNotWaitForAClientThatDoesNotRead() throws IOException {
        try (SocketChannel lazy = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            lazy.write(ByteBuffer.wrap(ViciPacket.named(ViciPacket.Kind.EVENT_REGISTER, "heard").encode()));
            lazy.read(ByteBuffer.allocate(Integer.BYTES + 1));
            ViciMessage large = ViciMessage.builder().put("a", "x".repeat(60_000)).build();
            for (int event = 0; event < 5000; event++) {
                publish(new Event("heard", large));
            }
            expectEcho();
        }
    }

    private void publish(Event event) {
        if (server != null) {
            server.publish(event);
        }
    }

    /** Commands to play with. */
    private static final class Echo implements ViciCommands {
        @Override
        public Set<String> events() {
            return Set.of("heard");
        }

        @Override
        public @Nullable CompletableFuture<Answer> call(String command, ViciMessage request, ViciCaller caller) {
            return switch (command) {
                case "echo" -> CompletableFuture.completedFuture(Answer.of(request));
                case "twice" -> CompletableFuture.completedFuture(new Answer(
                        List.of(new Event("heard", request), new Event("heard", request)), ViciMessage.success()));
                case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("no such thing"));
                default -> null;
            };
        }
    }
}

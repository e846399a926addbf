package io.gapura.gateway.vici;

import io.gapura.gateway.vici.ViciCommands.Event;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UNIX socket that its owner alone can connect to: vici knows no other authentication. */
public final class ViciServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViciServer.class);
    private static final int MAX_CLIENTS = 64;

    private final Path socket;
    private final ServerSocketChannel channel;
    private final ViciCommands commands;
    private final Set<ViciConnection> clients = ConcurrentHashMap.newKeySet();

    private ViciServer(Path socket, ServerSocketChannel channel, ViciCommands commands) {
        this.socket = socket;
        this.channel = channel;
        this.commands = commands;
    }

    /** Opens the socket and serves it. A socket that a dead process left behind is replaced. */
    public static ViciServer open(Path socket, ViciCommands commands) throws IOException {
        if (Files.exists(socket) && isServed(socket)) {
            throw new BindException(socket + " is in use by another process");
        }
        ViciServer server = new ViciServer(socket, listen(socket), commands);
        Thread.ofVirtual().name("vici-accept").start(server::accept);
        return server;
    }

    private static boolean isServed(Path socket) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    /** Appears under its name only when nobody but the owner can connect. */
    private static ServerSocketChannel listen(Path socket) throws IOException {
        Path unnamed = socket.resolveSibling(socket.getFileName() + "." + ProcessHandle.current().pid());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(unnamed));
            Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
            Files.move(unnamed, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return channel;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(unnamed);
            throw new IOException("cannot open the control socket " + socket + ": " + e.getMessage(), e);
        }
    }

    private void accept() {
        try {
            while (true) {
                serve(channel.accept());
            }
        } catch (IOException e) {
            LOG.debug("no more vici clients: {}", e.getMessage());
        }
    }

    private void serve(SocketChannel client) throws IOException {
        if (clients.size() >= MAX_CLIENTS) {
            LOG.warn("refused a vici client: there are {} already", MAX_CLIENTS);
            client.close();
            return;
        }
        ViciConnection connection = new ViciConnection(new ViciStream(client), commands);
        clients.add(connection);
        Thread.ofVirtual().name("vici-client").start(() -> {
            connection.serve();
            clients.remove(connection);
        });
    }

    /** Tells all clients that have registered for it. Any thread; never waits. */
    public void publish(Event event) {
        clients.forEach(client -> client.tell(event));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(socket);
        clients.forEach(ViciConnection::close);
    }
}

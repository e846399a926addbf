package io.gapura.gateway.vici;

import io.gapura.gateway.vici.ViciCommands.Answer;
import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciPacket.Kind;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Its own thread reads requests and waits for their answers; another writes what is queued. A client that
 * does not read stops only itself: its answers wait, and the events it misses are lost.
 */
final class ViciConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViciConnection.class);
    private static final int MAX_QUEUED = 1024;

    private final ViciStream stream;
    private final ViciCommands commands;
    private final Set<String> registered = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<ViciPacket> queue = new ArrayBlockingQueue<>(MAX_QUEUED);

    ViciConnection(ViciStream stream, ViciCommands commands) {
        this.stream = stream;
        this.commands = commands;
    }

    /** Serves the client until it goes. */
    void serve() {
        Thread reader = Thread.currentThread();
        Thread writer = Thread.ofVirtual().name("vici-writer").start(() -> write(reader));
        try {
            for (ViciPacket packet = stream.read(); packet != null; packet = stream.read()) {
                on(packet);
            }
        } catch (IOException e) {
            LOG.debug("vici client: {}", e.getMessage());
        } catch (InterruptedException _) {
            LOG.debug("vici client is gone");
        } finally {
            writer.interrupt();
            close();
        }
    }

    private void write(Thread reader) {
        try {
            while (true) {
                stream.write(queue.take());
            }
        } catch (IOException | InterruptedException _) {
            reader.interrupt();
        }
    }

    private void on(ViciPacket packet) throws InterruptedException {
        switch (packet.kind()) {
            case CMD_REQUEST -> request(packet.name(), packet.body());
            case EVENT_REGISTER -> queue.put(ViciPacket.of(register(packet.name())));
            case EVENT_UNREGISTER -> queue.put(ViciPacket.of(unregister(packet.name())));
            default -> LOG.debug("vici client sent a {}", packet.kind());
        }
    }

    private Kind register(String event) {
        if (!commands.events().contains(event)) {
            return Kind.EVENT_UNKNOWN;
        }
        registered.add(event);
        return Kind.EVENT_CONFIRM;
    }

    private Kind unregister(String event) {
        return registered.remove(event) ? Kind.EVENT_CONFIRM : Kind.EVENT_UNKNOWN;
    }

    private void request(String command, ViciMessage body) throws InterruptedException {
        CompletableFuture<Answer> pending = commands.call(command, body, stream.caller());
        if (pending == null) {
            queue.put(ViciPacket.of(Kind.CMD_UNKNOWN));
            return;
        }
        Answer answer = await(pending);
        for (Event event : answer.streamed()) {
            if (registered.contains(event.name())) {
                queue.put(packet(event));
            }
        }
        queue.put(ViciPacket.response(answer.response()));
    }

    private static Answer await(CompletableFuture<Answer> pending) throws InterruptedException {
        try {
            return pending.get();
        } catch (ExecutionException e) {
            return Answer.of(ViciMessage.failure(reason(e.getCause())));
        }
    }

    private static String reason(@Nullable Throwable failure) {
        return failure == null ? "failed" : String.valueOf(failure.getMessage());
    }

    private static ViciPacket packet(Event event) {
        return new ViciPacket(Kind.EVENT, event.name(), event.body());
    }

    /** Tells the client if it wants to hear and keeps up. Any thread; never waits. */
    void tell(Event event) {
        if (registered.contains(event.name())) {
            boolean _ = queue.offer(packet(event));
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("closing a vici client: {}", e.getMessage());
        }
    }
}

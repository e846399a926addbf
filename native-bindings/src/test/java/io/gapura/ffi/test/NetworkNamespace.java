package io.gapura.ffi.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gapura.ffi.libc.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A network namespace of a test's own, removed with all that is in it by {@link #close}. Its name carries the
 * process id, so that test runs side by side do not meet.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CURRENT_DIRECTORY = -100;
    private static final int CLONE_NEWNET = 0x40000000;

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /** A namespace with nothing in it but the loopback interface, which is up. */
    public static NetworkNamespace create(String purpose) {
        NetworkNamespace created = new NetworkNamespace("gapura-" + ProcessHandle.current().pid() + "-" + purpose);
        command("ip netns add " + created.name);
        created.run("ip link set lo up");
        return created;
    }

    /** Joins two namespaces by a veth pair; both ends are up. */
    public static void join(NetworkNamespace one, String device, NetworkNamespace other, String otherDevice) {
        command("ip -n " + one.name + " link add " + device + " type veth peer name " + otherDevice + " netns "
                + other.name);
        one.run("ip link set " + device + " up");
        other.run("ip link set " + otherDevice + " up");
    }

    public String name() {
        return name;
    }

    /** Whether its kernel has VLANs, which not all are built with. */
    public boolean knowsVlans() {
        run("ip link add probe type veth peer name eborp"); // the loopback interface can have none
        try {
            run("ip link add link probe name vlan type vlan id 1");
            return true;
        } catch (IllegalStateException _) {
            return false;
        } finally {
            run("ip link del probe");
        }
    }

    /** Runs a command, split at spaces, inside; its output. A failure is an {@link IllegalStateException}. */
    public String run(String command) {
        return command("ip netns exec " + name + " " + command);
    }

    /** As {@link #run}, with {@code input} as the command's standard input. */
    public String feed(String command, String input) {
        return command("ip netns exec " + name + " " + command, input);
    }

    /** Calls {@code task} on a thread inside: the sockets it opens belong to this namespace for good. */
    public <T> T call(Callable<T> task) {
        FutureTask<T> inside = new FutureTask<>(() -> {
            enter();
            return task.call();
        });
        Thread.ofPlatform().name(name).start(inside);
        try {
            return inside.get();
        } catch (Exception failed) {
            throw new IllegalStateException("in namespace " + name, failed.getCause());
        }
    }

    private void enter() {
        try (Arena arena = Arena.ofConfined()) {
            String path = "/run/netns/" + name;
            long descriptor = SystemCall.OPENAT.require("open(" + path + ")", CURRENT_DIRECTORY,
                    arena.allocateFrom(path).address(), 0);
            SystemCall.SETNS.require("setns(" + name + ")", descriptor, CLONE_NEWNET);
            SystemCall.CLOSE.require(descriptor);
        }
    }

    private static String command(String line) {
        return command(line, "");
    }

    private static String command(String line, String input) {
        try {
            Process process = new ProcessBuilder(line.split(" ")).redirectErrorStream(true).start();
            try (Writer writer = process.outputWriter(UTF_8)) {
                writer.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(line + ": " + output.strip());
            }
            return output;
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(line, interrupted);
        }
    }

    @Override
    public void close() {
        command("ip netns del " + name);
    }
}

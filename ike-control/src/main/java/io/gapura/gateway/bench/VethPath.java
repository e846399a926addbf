package io.gapura.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gapura.ffi.libc.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Four network namespaces in a row, joined by veth pairs, removed by {@link #close}, or when the process is told to end:
 *
 * <pre>
 *   source eth0 ── lan [ left ] wan ══ wan [ right ] lan ── eth0 sink
 * </pre>
 *
 * Their names carry the process id. Needs root and iproute2.
 */
final class VethPath implements AutoCloseable {
    static final String SOURCE = "source";
    static final String LEFT = "left";
    static final String RIGHT = "right";
    static final String SINK = "sink";
    static final String HOST_DEVICE = "eth0";
    static final String LAN = "lan";
    static final String WAN = "wan";

    private static final int CURRENT_DIRECTORY = -100;
    private static final int CLONE_NEWNET = 0x40000000;

    private final List<String> namespaces = new ArrayList<>();
    private final Thread atExit = new Thread(this::removeAll, "bench-clean-up");

    /** @param queues of each device, each way */
    VethPath(int queues) {
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            for (String name : List.of(SOURCE, LEFT, RIGHT, SINK)) {
                ip("netns add " + namespace(name));
                namespaces.add(name);
                ip("netns exec " + namespace(name) + " sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
            }
            join(SOURCE, HOST_DEVICE, LEFT, LAN, queues);
            join(LEFT, WAN, RIGHT, WAN, queues);
            join(SINK, HOST_DEVICE, RIGHT, LAN, queues);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private static String namespace(String name) {
        return "gapura-bench-" + ProcessHandle.current().pid() + "-" + name;
    }

    private static void join(String one, String device, String other, String otherDevice, int queues) {
        String each = " numrxqueues " + queues + " numtxqueues " + queues;
        ip("-n %s link add %s address %s%s type veth peer name %s address %s netns %s%s".formatted(namespace(one),
                device, written(mac(one, device)), each, otherDevice, written(mac(other, otherDevice)),
                namespace(other), each));
        ip("-n " + namespace(one) + " link set " + device + " up");
        ip("-n " + namespace(other) + " link set " + otherDevice + " up");
    }

    /** The Ethernet address of a device, in the low 48 bits: locally administered. */
    static long mac(String namespace, String device) {
        return 0x0200_0000_0000L | ((namespace + device).hashCode() & 0xffff_ffffL);
    }

    private static String written(long mac) {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= Byte.SIZE) {
            text.append("%02x".formatted(mac >>> shift & 0xff)).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }

    private static void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments.split(" ")));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("ip " + arguments + ": " + output.strip());
            }
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ip " + arguments, interrupted);
        }
    }

    /** Calls {@code task} on a thread inside a namespace: the sockets that it opens belong there for good. */
    <T> T call(String name, Callable<T> task) {
        FutureTask<T> inside = new FutureTask<>(() -> {
            enter(name);
            return task.call();
        });
        Thread.ofPlatform().name("bench-" + name).start(inside);
        try {
            return inside.get();
        } catch (Exception failed) {
            throw new IllegalStateException("in the namespace of " + name + ": " + failed.getMessage(), failed);
        }
    }

    private static void enter(String name) {
        try (Arena arena = Arena.ofConfined()) {
            String path = "/run/netns/" + namespace(name);
            long descriptor = SystemCall.OPENAT.require("open(" + path + ")", CURRENT_DIRECTORY,
                    arena.allocateFrom(path).address(), 0);
            SystemCall.SETNS.require("setns(" + path + ")", descriptor, CLONE_NEWNET);
            SystemCall.CLOSE.require(descriptor);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        removeAll();
    }

    private void removeAll() {
        while (!namespaces.isEmpty()) {
            ip("netns del " + namespace(namespaces.removeLast()));
        }
    }
}

package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.JcaSuite;
import io.gapura.engine.port.AfXdpPorts;
import io.gapura.engine.port.AfXdpSettings;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortStatus;
import io.gapura.engine.route.KernelRoutes;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.RawIpSocket;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An engine on real interfaces, which bypasses everything, between two hosts. Its kernel does not forward.
 *
 * <pre>
 *   left 10.1.0.2 ── lan 10.1.0.1 [ gateway ] wan 192.0.2.1 ── 192.0.2.2 right 10.2.0.2
 * </pre>
 */
@RequiresRoot
final class AfXdpForwardingTest {
    private final NetworkNamespace left = NetworkNamespace.create("left");
    private final NetworkNamespace gateway = NetworkNamespace.create("gateway");
    private final NetworkNamespace right = NetworkNamespace.create("right");
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void connect() {
        NetworkNamespace.join(gateway, "lan", left, "eth");
        NetworkNamespace.join(gateway, "wan", right, "eth");
        left.run("ip address add 10.1.0.2/24 dev eth");
        left.run("ip route add default via 10.1.0.1");
        gateway.run("ip address add 10.1.0.1/24 dev lan");
        gateway.run("ip address add 192.0.2.1/24 dev wan");
        gateway.run("ip route add 10.2.0.0/24 via 192.0.2.2");
        gateway.run("sysctl -qw net.ipv4.ip_forward=0");
        right.run("ip address add 192.0.2.2/24 dev eth");
        right.run("ip address add 10.2.0.2/32 dev lo");
        right.run("ip route add 10.1.0.0/24 via 192.0.2.1");
        left.run("ip address add 2001:db8:1::2/64 dev eth nodad");
        left.run("ip route add default via 2001:db8:1::1");
        gateway.run("ip address add 2001:db8:1::1/64 dev lan nodad");
        gateway.run("ip address add 2001:db8:f::1/64 dev wan nodad");
        gateway.run("ip route add 2001:db8:2::/64 via 2001:db8:f::2");
        gateway.run("sysctl -qw net.ipv6.conf.all.forwarding=0");
        right.run("ip address add 2001:db8:f::2/64 dev eth nodad");
        right.run("ip address add 2001:db8:2::2/128 dev lo nodad");
        right.run("ip route add 2001:db8:1::/64 via 2001:db8:f::1");
    }

    @AfterEach
    void remove() {
        left.close();
        gateway.close();
        right.close();
    }

    /** The control thread of a gateway: follows the kernel and hands it what is its business, until interrupted. */
    private final class Control implements AutoCloseable {
        private final KernelTables tables = KernelTables.open();
        private final RawIpSocket raw = RawIpSocket.open();
        private final AfXdpPorts ports;
        private final Engine engine;
        private final KernelRoutes routes;
        private final Thread thread = new Thread(this::run, "control");
        private volatile boolean running = true;

        Control(List<XdpMode> modes, int workers) {
            ports = AfXdpPorts.open(tables, List.of(
                    new AfXdpSettings("lan", "lan", PortRole.PROTECTED, modes, XskSettings.DEFAULT),
                    new AfXdpSettings("wan", "wan", PortRole.UNPROTECTED, modes, XskSettings.DEFAULT)), workers);
            routes = new KernelRoutes(tables, ports.specs(), System.nanoTime());
            engine = Engine.start(EngineSettings.of(workers, faults::add), new JcaSuite(), ports.portsOfWorker());
            engine.publish(Spd.compile(List.of(Policy.bypass("all", Selector.ANY),
                    Policy.bypass("all of IPv6", Selector.ANY_IPV6))));
            engine.publish(routes.fib());
            thread.start();
        }

        private void run() {
            while (running) {
                if (routes.poll(System.nanoTime())) {
                    engine.publish(routes.fib());
                    ports.follow(tables);
                }
                engine.drainPunts(raw::send);
                LockSupport.parkNanos(100_000);
            }
        }

        private void joinUninterruptibly() {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            running = false;
            joinUninterruptibly();
            engine.close();
            ports.close();
            raw.close();
            tables.close();
        }
    }

    private Control start(List<XdpMode> modes) {
        return gateway.call(() -> new Control(modes, 1));
    }

    @ParameterizedTest
    @EnumSource(XdpMode.class)
    void pingsPassThroughTheEngineAndNoneIsLost(XdpMode mode) {
        try (Control control = start(List.of(mode))) {
            assertPinged(left, 20, "-i 0.02", "10.2.0.2");

            Ledger ledger = settled(control.engine);
            assertThat(ledger.sent()).isGreaterThanOrEqualTo(36); // the first of each direction may resolve the next hop
            assertThat(ledger.drops()).isEmpty();
            assertThat(faults).isEmpty();
            PortStatus status = control.ports.status(0);
            assertThat(status.mode()).isEqualTo(mode.name().toLowerCase(Locale.ROOT));
            assertThat(status.lost()).isZero();
        }
        assertThat(gateway.run("ip link show")).doesNotContain("xdp");
    }

    /** By the engine, which goes by the neighbours that the kernel has found; what is the gateway's reaches its kernel. */
    @ParameterizedTest
    @EnumSource(XdpMode.class)
    void pingsOfIpv6PassLikewise(XdpMode mode) {
        try (Control control = start(List.of(mode))) {
            assertPinged(left, 20, "-i 0.02", "2001:db8:2::2");
            assertPinged(left, 20, "-i 0.02 -s 1452 -M do", "2001:db8:2::2");
            assertPinged(right, 20, "-i 0.02", "2001:db8:1::2");
            long forwarded = settled(control.engine).sent();
            assertThat(forwarded).isGreaterThanOrEqualTo(100);
            assertPinged(left, 3, "-i 0.02", "2001:db8:1::1");
            assertPinged(right, 3, "-i 0.02", "2001:db8:f::1");
            assertPinged(right, 3, "-i 0.02", "2001:db8:1::1");
            assertThat(settled(control.engine).drops()).isEmpty();
            assertThat(faults).isEmpty();
        }
    }

    /**
     * Every reply comes back, however late: ping itself waits for the last ones only twice as long as for the
     * others, so the kernel's count of replies is asked.
     */
    private static void assertPinged(NetworkNamespace from, int count, String options, String to) {
        long before = echoReplies(from);
        String output = from.run("ping -c " + count + " " + options + " -W 5 " + to);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (echoReplies(from) - before < count && System.nanoTime() < deadlineNs) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(echoReplies(from) - before).as(output).isEqualTo(count);
    }

    private static long echoReplies(NetworkNamespace host) {
        return echoRepliesV4(host) + Long.parseLong(host.run("cat /proc/net/snmp6").lines()
                .filter(line -> line.startsWith("Icmp6InEchoReplies")).findFirst().orElseThrow().split("\\s+", -1)[1]);
    }

    private static long echoRepliesV4(NetworkNamespace host) {
        List<String[]> rows = host.run("cat /proc/net/snmp").lines().filter(line -> line.startsWith("Icmp: "))
                .map(line -> line.split(" ")).toList();
        return Long.parseLong(rows.get(1)[List.of(rows.get(0)).indexOf("InEchoReps")]);
    }

    private static Ledger settled(Engine engine) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        Ledger ledger = engine.ledger();
        while (!ledger.balances()) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            ledger = engine.ledger();
        }
        return ledger;
    }

    @Test
    void largePacketsAndBurstsPass() {
        try (Control control = start(List.of(XdpMode.NATIVE, XdpMode.GENERIC))) {
            assertPinged(left, 50, "-i 0.002 -s 1472 -M do", "10.2.0.2");
            assertPinged(left, 2000, "-f -l 64", "10.2.0.2");
            assertThat(settled(control.engine).drops()).isEmpty();
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void everyQueueIsServedWhicheverWorkerItBelongsTo() {
        gateway.run("ip link del lan");
        gateway.run("ip link add lan numrxqueues 3 numtxqueues 3 type veth peer name eth netns " + left.name()
                + " numrxqueues 3 numtxqueues 3");
        gateway.run("ip address add 10.1.0.1/24 dev lan");
        gateway.run("ip link set lan up");
        left.run("ip address add 10.1.0.2/24 dev eth");
        left.run("ip link set eth up");
        left.run("ip route add default via 10.1.0.1");
        try (Control control = start(List.of(XdpMode.NATIVE))) {
            assertThat(control.ports.status(0).queues()).isEqualTo(3);
            for (int flow = 0; flow < 8; flow++) {
                assertPinged(left, 2, "-i 0.01", "10.2.0.2");
            }
            assertThat(settled(control.engine).drops()).isEmpty();
        }
    }

    @Test
    void whatIsForTheGatewayItselfReachesItsKernel() {
        try (Control control = start(List.of(XdpMode.NATIVE))) {
            assertPinged(left, 3, "-i 0.02", "10.1.0.1");
            assertPinged(right, 3, "-i 0.02", "192.0.2.1");
            assertPinged(right, 3, "-i 0.02", "10.1.0.1");
            assertThat(settled(control.engine).drops()).isEmpty();
        }
    }

    @Test
    void addressesAndRoutesAreFollowedWhileTrafficRuns() {
        try (Control control = start(List.of(XdpMode.NATIVE))) {
            gateway.run("ip address add 10.1.0.77/24 dev lan");
            gateway.run("ip route add 10.3.0.0/24 via 192.0.2.2");
            right.run("ip address add 10.3.0.3/32 dev lo");
            assertPinged(left, 3, "-i 0.1", "10.1.0.77");
            assertPinged(left, 3, "-i 0.1", "10.3.0.3");
            assertThat(faults).isEmpty();
            assertThat(control.engine.ledger().sent()).isPositive();
        }
    }
}

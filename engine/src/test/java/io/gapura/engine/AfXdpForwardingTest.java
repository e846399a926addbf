package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Tag;
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
    private static final String TAGGED_PINGS = """
            import socket, struct, sys, time
            host, gateway, source, target, vlan = sys.argv[1:5] + [int(sys.argv[5])]
            def checksum(data):
                data += bytes(len(data) % 2)
                total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
                while total >> 16:
                    total = (total >> 16) + (total & 0xffff)
                return ~total & 0xffff
            def mac(text):
                return bytes.fromhex(text.replace(':', ''))
            def ping(number, size):
                body = struct.pack('!BBHHH', 8, 0, 0, 77, number) + bytes(size)
                body = body[:2] + struct.pack('!H', checksum(body)) + body[4:]
                ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), number, 0x4000, 64, 1, 0)
                ip += socket.inet_aton(source) + socket.inet_aton(target)
                ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
                tag = struct.pack('!HH', 0x8100, 5 << 13 | vlan) if vlan else b''
                return mac(gateway) + mac(host) + tag + bytes([8, 0]) + ip + body
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            wire.bind(('eth', 0))
            wire.setsockopt(263, 8, 1) # PACKET_AUXDATA: the kernel takes tags out of frames
            wire.settimeout(0.05)
            sizes = [0, 18, 56, 500, 1472]
            answers, tags = set(), set()
            for attempt in range(60 if vlan == 100 or target.startswith('10.9') else 25):
                for number in [each for each in range(20) if each not in answers][:1 + attempt]:
                    wire.send(ping(number, sizes[number % 5]))
                try:
                    while len(answers) < 20:
                        frame, beside, _, _ = wire.recvmsg(2048, 256)
                        ip = frame[14:]
                        if frame[12:14] + ip[9:10] + ip[20:21] == bytes([8, 0, 1, 0]) and ip[12:16] == socket.inet_aton(target):
                            number = struct.unpack('!H', ip[26:28])[0]
                            whole = checksum(ip[20:]) == 0 and len(ip) == 28 + sizes[number % 5]
                            status, _, _, _, _, tci, _ = struct.unpack('IIIHHHH', beside[0][2][:20])
                            if whole and frame[:6] == mac(host):
                                answers.add(number)
                                tags.add(tci if status & 0x10 else 0)
                    break
                except TimeoutError:
                    pass
            print(len(answers), 'of 20 with tag', *sorted(tags))
            """;

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

        Control(List<XdpMode> modes, int workers, int lansVlan, String lansLink) {
            ports = AfXdpPorts.open(tables, List.of(
                    new AfXdpSettings("lan", "lan", lansVlan, lansLink, PortRole.PROTECTED, modes, XskSettings.DEFAULT),
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
        return gateway.call(() -> new Control(modes, 1, AfXdpSettings.UNTAGGED, "lan"));
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

    /**
     * The LAN is VLAN 100 of its wire: what has the tag is the port's; what has another or none reaches the kernel, by the interfaces
     * that it has for that. The host's end must not keep the tag beside the frame.
     */
    @Tag("vlan")
    @ParameterizedTest
    @EnumSource(XdpMode.class)
    void aPortOfAVlanAndTheKernelShareATrunk(XdpMode mode) {
        assumeTrue(gateway.knowsVlans(), "this kernel has no VLANs (CONFIG_VLAN_8021Q)");
        makeTrunk();
        try (Control control = gateway.call(() -> new Control(List.of(mode), 1, 100, "lan.100"))) {
            assertPinged(left, 20, "-i 0.02", "10.2.0.2");
            assertPinged(left, 20, "-i 0.02 -s 1472 -M do", "10.2.0.2");
            assertPinged(right, 20, "-i 0.02", "10.1.0.2");
            assertPinged(left, 20, "-i 0.02 -s 1452 -M do", "2001:db8:2::2");
            long forwarded = settled(control.engine).sent();
            assertThat(forwarded).isGreaterThanOrEqualTo(150);
            assertPinged(left, 3, "-i 0.02", "10.1.0.1");
            assertPinged(left, 3, "-i 0.02", "2001:db8:1::1");
            assertPinged(left, 3, "-i 0.02", "10.8.0.1");
            assertPinged(left, 3, "-i 0.02", "10.9.0.1");
            assertThat(settled(control.engine).drops()).isEmpty();
            assertThat(settled(control.engine).sent()).isEqualTo(forwarded);
            assertThat(faults).isEmpty();
        }
        assertThat(gateway.run("ip link show")).doesNotContain("xdp");
    }

    private void makeTrunk() {
        left.run("ethtool -K eth txvlan off");
        trunk(gateway, "lan", 1);
        trunk(left, "eth", 2);
        left.run("ip route add default via 10.1.0.1");
        left.run("ip route replace default via 2001:db8:1::1"); // the one before does not go with its address
    }

    private static void trunk(NetworkNamespace host, String wire, int number) {
        host.run("ip address flush dev " + wire);
        host.run("ip link add link %1$s name %1$s.100 type vlan id 100".formatted(wire));
        host.run("ip link add link %1$s name %1$s.200 type vlan id 200".formatted(wire));
        host.run("ip link set %s.100 up".formatted(wire));
        host.run("ip link set %s.200 up".formatted(wire));
        host.run("ip address add 10.1.0.%d/24 dev %s.100".formatted(number, wire));
        host.run("ip address add 2001:db8:1::%d/64 dev %s.100 nodad".formatted(number, wire));
        host.run("ip address add 10.8.0.%d/24 dev %s.200".formatted(number, wire));
        host.run("ip address add 10.9.0.%d/24 dev %s".formatted(number, wire));
    }

    /**
     * The same without VLANs in the kernel: the host is a program on a packet socket, which writes tags into its frames and sees those of
     * the frames that it gets. In the kernel's place for the VLAN is an interface that leads nowhere and knows the host's address.
     */
    @ParameterizedTest
    @EnumSource(XdpMode.class)
    void aPortOfAVlanHasTheFramesWithItsTag(XdpMode mode) {
        String host = left.run("cat /sys/class/net/eth/address").strip();
        gateway.run("ip address flush dev lan");
        gateway.run("ip address add 10.9.0.1/24 dev lan");
        gateway.run("ip neigh add 10.9.0.2 lladdr " + host + " dev lan nud permanent");
        gateway.run("ip link add lan.100 address 02:00:00:00:01:00 type veth peer name nowhere");
        gateway.run("ip link set nowhere up");
        gateway.run("ip link set lan.100 up");
        gateway.run("ip address add 10.1.0.1/24 dev lan.100");
        gateway.run("ip neigh add 10.1.0.2 lladdr " + host + " dev lan.100 nud permanent");
        String wire = gateway.run("cat /sys/class/net/lan/address").strip();
        try (Control control = gateway.call(() -> new Control(List.of(mode), 1, 100, "lan.100"))) {
            assertThat(tagged(host, "02:00:00:00:01:00", "10.1.0.2", "10.2.0.2", "100"))
                    .isEqualTo("20 of 20 with tag 100");
            assertThat(settled(control.engine).sent()).isBetween(38L, 40L); // the first may have resolved the next hop
            long received = control.engine.ledger().received();
            assertThat(tagged(host, "02:00:00:00:01:00", "10.1.0.2", "10.2.0.2", "200")).startsWith("0 of 20");
            assertThat(tagged(host, "02:00:00:00:01:00", "10.1.0.2", "10.2.0.2", "0")).startsWith("0 of 20");
            assertThat(tagged(host, wire, "10.9.0.2", "10.9.0.1", "0")).as("by the kernel")
                    .isEqualTo("20 of 20 with tag 0");
            assertThat(settled(control.engine).received()).isEqualTo(received);
            assertThat(control.engine.ledger().drops()).isEmpty();
            assertThat(faults).isEmpty();
        }
    }

    /** Twenty pings of various sizes in frames with a tag of some priority, or 0 for none; how many were answered, with which tag. */
    private String tagged(String... arguments) {
        return left.feed("python3 - " + String.join(" ", arguments), TAGGED_PINGS).strip();
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

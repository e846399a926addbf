package io.gapura.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapura.ffi.test.ForkedJvm;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresLibrary;
import io.gapura.ffi.test.RequiresRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An engine over DPDK between two hosts. The kernel has no address but those of the TAP devices.
 *
 * <pre>
 *   left 10.1.0.2 ── lan [ 10.1.0.1 lan0   gateway   wan0 192.0.2.1 ] wan ── 192.0.2.2 right 10.2.0.2
 * </pre>
 */
@RequiresRoot
@RequiresLibrary("librte_eal")
final class DpdkForwardingTest {
    private final NetworkNamespace left = NetworkNamespace.create("left");
    private final NetworkNamespace gateway = NetworkNamespace.create("gateway");
    private final NetworkNamespace right = NetworkNamespace.create("right");

    @BeforeEach
    void connect() {
        NetworkNamespace.join(gateway, "lan", left, "eth");
        NetworkNamespace.join(gateway, "wan", right, "eth");
        left.run("ip address add 10.1.0.2/24 dev eth");
        left.run("ip route add default via 10.1.0.1");
        gateway.run("sysctl -qw net.ipv4.ip_forward=0");
        right.run("ip address add 192.0.2.2/24 dev eth");
        right.run("ip address add 10.2.0.2/32 dev lo");
        right.run("ip route add 10.1.0.0/24 via 192.0.2.1");
        for (String wire : new String[] {"lan", "wan"}) {
            gateway.feed("nft -f -",
                    "table netdev %s { chain ingress {\n type filter hook ingress device \"%s\" priority 0;"
                            .formatted(wire, wire) + " policy drop;\n}\n}\n");
        }
    }

    @AfterEach
    void remove() {
        left.close();
        gateway.close();
        right.close();
    }

    @Test
    void pingsPassTheEngineAndTheKernelAnswersForItself() {
        String run = ForkedJvm.runIn(gateway, DpdkForwarding.class, "1", "0", "ip route add 10.2.0.0/24 via 192.0.2.2",
                in(left, "ping -c 1 -W 2 10.2.0.2"), in(left, "ping -c 20 -i 0.02 -W 2 -q 10.2.0.2"),
                in(left, "ping -c 3 -i 0.02 -W 2 -q 10.1.0.1"), "ping -c 3 -i 0.02 -W 2 -q 192.0.2.2");
        assertThat(run).contains("20 packets transmitted, 20 received").containsPattern(
                "(?s)3 packets transmitted, 3 received.*3 packets transmitted, 3 received");
        assertThat(run).contains("faults: [], drops: {}, balances: true, lost: 0, driver: net_af_packet");
        assertThat(gateway.run("ip link show")).doesNotContain("lan0", "wan0");
    }

    @Test
    void twoWorkersHaveQueuesOfTheirOwn() {
        String[] commands = new String[12];
        commands[0] = "2";
        commands[1] = "0";
        commands[2] = "ip route add 10.2.0.0/24 via 192.0.2.2";
        for (int flow = 3; flow < commands.length; flow++) {
            left.run("ip address add 10.1.0.%d/24 dev eth".formatted(10 + flow));
            commands[flow] = in(left, "ping -c 3 -i 0.02 -W 2 -q -I 10.1.0.%d 10.2.0.2".formatted(10 + flow));
        }
        String run = ForkedJvm.runIn(gateway, DpdkForwarding.class, commands);
        assertThat(run).contains("faults: [], drops: {}, balances: true", "workers that sent: 2");
    }

    /** The kernel's end gets an interface for the VLAN, with the port's address. */
    @Tag("vlan")
    @Test
    void aPortOfAVlanHasTheFramesWithItsTag() {
        assumeTrue(gateway.knowsVlans(), "this kernel has no VLANs (CONFIG_VLAN_8021Q)");
        left.run("ip address flush dev eth");
        left.run("ip link add link eth name eth.100 type vlan id 100");
        left.run("ip link set eth.100 up");
        left.run("ip address add 10.1.0.2/24 dev eth.100");
        left.run("ip route add default via 10.1.0.1");
        String run = ForkedJvm.runIn(gateway, DpdkForwarding.class, "1", "100",
                "ip route add 10.2.0.0/24 via 192.0.2.2", "ip address show dev lan0.100",
                in(left, "ping -c 1 -W 2 10.2.0.2"), in(left, "ping -c 20 -i 0.02 -W 2 -q 10.2.0.2"),
                in(left, "ping -c 10 -i 0.02 -W 2 -q -s 1472 -M do 10.2.0.2"),
                in(left, "ping -c 3 -i 0.02 -W 2 -q 10.1.0.1"));
        assertThat(run).contains("inet 10.1.0.1/24", "20 packets transmitted, 20 received",
                "10 packets transmitted, 10 received", "3 packets transmitted, 3 received");
        assertThat(run).contains("faults: [], drops: {}, balances: true, lost: 0, driver: net_af_packet");
        assertThat(gateway.run("ip link show")).doesNotContain("lan0");
    }

    private static String in(NetworkNamespace namespace, String command) {
        return "ip netns exec " + namespace.name() + " " + command;
    }
}

package io.gapura.ffi.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapura.ffi.IpAddress;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two namespaces on one link: 192.0.2.1 is here, 192.0.2.2 there. */
@RequiresRoot
final class KernelTablesTest {
    private static final IpAddress PEER = IpAddress.of("192.0.2.2");
    private static final IpAddress PEER6 = IpAddress.of("2001:db8:f::2");
    private static final IpAddress PREFIX6 = IpAddress.of("2001:db8:2::");
    private static final IpAddress PREFIX = IpAddress.of("10.2.0.0");

    private final NetworkNamespace here = NetworkNamespace.create("here");
    private final NetworkNamespace there = NetworkNamespace.create("there");
    private KernelTables tables = openHere();
    private int ifIndex;

    private KernelTables openHere() {
        return here.call(KernelTables::open);
    }

    @BeforeEach
    void connect() {
        NetworkNamespace.join(here, "wan", there, "far");
        here.run("ip address add 192.0.2.1/24 dev wan");
        there.run("ip link set far address 02:00:00:00:00:02");
        there.run("ip address add 192.0.2.2/24 dev far");
        await(() -> tables.links().stream().anyMatch(link -> link.name().equals("wan") && link.up()));
        ifIndex = tables.links().stream().filter(link -> link.name().equals("wan")).findFirst().orElseThrow().index();
    }

    @AfterEach
    void close() {
        tables.close();
        here.close();
        there.close();
    }

    private void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            tables.poll();
            Thread.onSpinWait();
        }
    }

    private boolean hasRoute(IpAddress destination) {
        return tables.routes().stream().anyMatch(route -> route.destination().equals(destination));
    }

    @Test
    void whatWasThereBeforeIsRead() {
        here.run("ip route add 10.2.0.0/16 via 192.0.2.2 mtu 1300");
        try (KernelTables later = openHere()) {
            assertThat(later.addresses()).contains(new InterfaceAddress(ifIndex, IpAddress.of("192.0.2.1"), 24));
            assertThat(later.routes()).anySatisfy(route -> {
                assertThat(route.destination()).isEqualTo(PREFIX);
                assertThat(route.mtu()).isEqualTo(1300);
                assertThat(route.nextHops()).containsExactly(new Route.NextHop(ifIndex, PEER, true));
            });
            assertThat(Objects.requireNonNull(later.link(ifIndex)).mtu()).isEqualTo(1500);
        }
    }

    /** By ip, by ourselves, and one of IEEE 802.1ad, whose tags are others. */
    @Tag("vlan")
    @Test
    void vlansAreKnownByTheirTagAndTheirTrunk() {
        assumeTrue(here.knowsVlans(), "this kernel has no VLANs (CONFIG_VLAN_8021Q)");
        here.run("ip link add link wan name office type vlan id 100");
        here.run("ip link add link wan name provider type vlan proto 802.1ad id 100");
        here.call(() -> {
            try (LinkSetup wan = new LinkSetup("wan")) {
                wan.addVlan("wan.4094", 4094);
            }
            return true;
        });
        assertThat(here.run("ip -d link show wan.4094")).contains("wan.4094@wan", "vlan protocol 802.1Q id 4094");
        await(() -> tables.links().stream().anyMatch(link -> link.name().equals("wan.4094")));
        assertThat(tables.links().stream().filter(link -> link.vlan() != Link.UNTAGGED))
                .allMatch(link -> link.trunk() == ifIndex)
                .extracting(link -> link.name() + " " + link.vlan())
                .containsExactlyInAnyOrder("office 100", "wan.4094 4094");
        assertThat(Objects.requireNonNull(tables.link(ifIndex)).trunk()).isZero();
        assertThat(Objects.requireNonNull(tables.vlan("wan", 100)).name()).isEqualTo("office");
        assertThat(tables.vlan("wan", 101)).isNull();
        assertThat(tables.vlan("lo", 100)).isNull();
    }

    @Test
    void routesAreFollowed() {
        here.run("ip route add 10.2.0.0/16 via 192.0.2.2");
        await(() -> hasRoute(PREFIX));
        here.run("ip route del 10.2.0.0/16");
        await(() -> !hasRoute(PREFIX));
    }

    @Test
    void routesThatVanishSilentlyWithTheirLinkOrAddressAreMissed() {
        here.run("ip route add 10.2.0.0/16 dev wan src 192.0.2.1");
        await(() -> hasRoute(PREFIX));
        here.run("ip address del 192.0.2.1/24 dev wan");
        await(() -> !hasRoute(PREFIX));
        here.run("ip route add 10.2.0.0/16 dev wan");
        await(() -> hasRoute(PREFIX));
        here.run("ip link set wan down");
        await(() -> !hasRoute(PREFIX));
    }

    @Test
    void aNeighbourIsResolvedWhenUsed() {
        assertThat(tables.neighbour(ifIndex, PEER)).isNull();
        tables.use(ifIndex, PEER);
        await(() -> {
            Neighbour found = tables.neighbour(ifIndex, PEER);
            return found != null && found.isReachable();
        });
        assertThat(Objects.requireNonNull(tables.neighbour(ifIndex, PEER)).mac()).isEqualTo(0x020000000002L);
    }

    @Test
    void ofIpv6TheSameIsKnown() {
        here.run("ip address add 2001:db8:f::1/64 dev wan nodad");
        there.run("ip address add 2001:db8:f::2/64 dev far nodad");
        here.run("ip route add 2001:db8:2::/48 via 2001:db8:f::2");
        await(() -> hasRoute(PREFIX6));
        assertThat(tables.addresses()).contains(new InterfaceAddress(ifIndex, IpAddress.of("2001:db8:f::1"), 64));
        tables.use(ifIndex, PEER6);
        await(() -> {
            Neighbour found = tables.neighbour(ifIndex, PEER6);
            return found != null && found.isReachable();
        });
        assertThat(Objects.requireNonNull(tables.neighbour(ifIndex, PEER6)).mac()).isEqualTo(0x020000000002L);
        here.run("ip route del 2001:db8:2::/48");
        await(() -> !hasRoute(PREFIX6));
    }

    @Test
    void aNeighbourThatIsForgottenIsGone() {
        tables.use(ifIndex, PEER);
        await(() -> tables.neighbour(ifIndex, PEER) != null);
        here.run("ip neighbour flush dev wan");
        await(() -> tables.neighbour(ifIndex, PEER) == null);
    }

    @Test
    void aLinkThatIsRemovedTakesEverythingWithIt() {
        tables.use(ifIndex, PEER);
        await(() -> tables.neighbour(ifIndex, PEER) != null);
        here.run("ip link del wan");
        await(() -> tables.link(ifIndex) == null);
        assertThat(tables.neighbours()).isEmpty();
        assertThat(tables.addresses()).noneMatch(address -> address.ifIndex() == ifIndex);
    }

    @Test
    void lostNotificationsLeadToReadingAgain() {
        StringBuilder batch = new StringBuilder();
        for (int network = 0; network < 200; network++) {
            for (int host = 0; host < 200; host++) {
                batch.append("route add 10.").append(network).append('.').append(host).append(".0/24 dev wan\n");
            }
        }
        here.feed("ip -batch -", batch.toString());
        await(() -> tables.routes().stream().filter(route -> route.prefixBits() == 24).count() > 40_000);
        here.run("ip route flush root 10.0.0.0/8");
        await(() -> tables.routes().stream().noneMatch(route -> route.destination().isIpv4()
                && route.destination().ipv4() >>> 24 == 10));
    }
}

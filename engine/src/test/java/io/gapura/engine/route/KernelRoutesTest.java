package io.gapura.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.libc.Mapping;
import io.gapura.ffi.netlink.KernelTables;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway with one port, wan, and one interface that is none, mgmt; each leads to a namespace of its own. */
@RequiresRoot
final class KernelRoutesTest {
    private static final int PORT = 3;
    private static final long OUR_MAC = 0x0200_0000_0001L;
    private static final long THEIR_MAC = 0x0200_0000_0002L;
    private static final int PEER = 0xc0000202;
    private static final Condition<@Nullable Adjacency> RESOLVED = new Condition<>(
            adjacency -> adjacency != null && adjacency.isResolved() && adjacency.port() == PORT, "resolved");

    private final NetworkNamespace here = NetworkNamespace.create("routes");
    private final NetworkNamespace there = NetworkNamespace.create("routes-far");
    private final KernelTables tables = here.call(KernelTables::open);

    @BeforeEach
    void connect() {
        NetworkNamespace.join(here, "wan", there, "far");
        NetworkNamespace.join(here, "mgmt", there, "other");
        here.run("ip link set wan address 02:00:00:00:00:01 mtu 1400");
        here.run("ip address add 192.0.2.1/24 dev wan");
        here.run("ip address add 198.51.100.1/24 dev mgmt");
        there.run("ip link set far address 02:00:00:00:00:02");
        there.run("ip address add 192.0.2.2/24 dev far");
    }

    @AfterEach
    void close() {
        tables.close();
        here.close();
        there.close();
    }

    private KernelRoutes routes() {
        int ifIndex = here.call(() -> InterfaceIndex.of("wan"));
        return new KernelRoutes(tables, List.of(new PortSpec(PORT, "wan", PortRole.UNPROTECTED, ifIndex, OUR_MAC,
                0xc0000201, 1400)), System.nanoTime());
    }

    /** What {@code destination} leads to once it is {@code expected}, or after some seconds in vain. */
    private static @Nullable Adjacency lookUp(KernelRoutes routes, int destination,
            Condition<@Nullable Adjacency> expected) {
        return lookUp(routes, IpAddress.ofIpv4(destination), expected);
    }

    private static @Nullable Adjacency lookUp(KernelRoutes routes, IpAddress destination,
            Condition<@Nullable Adjacency> expected) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Adjacency found;
        do {
            routes.poll(System.nanoTime());
            found = routes.fib().lookup(destination);
        } while (!expected.matches(found) && System.nanoTime() < deadlineNs);
        return found;
    }

    private static Condition<@Nullable Adjacency> is(@Nullable Adjacency expected) {
        return new Condition<>(adjacency -> adjacency == expected, "the expected one");
    }

    @Test
    void aGatewayIsResolvedBeforeAnybodyNeedsIt() {
        here.run("ip route add 10.2.0.0/16 via 192.0.2.2 mtu 1300");
        Adjacency nextHop = Objects.requireNonNull(lookUp(routes(), 0x0a020304, RESOLVED));

        assertThat(nextHop).is(RESOLVED);
        assertThat(nextHop.mtu()).isEqualTo(1300);
        try (Mapping frame = Mapping.anonymous(64)) {
            nextHop.writeHeader(frame.address());
            assertThat(Memory.longAt(frame.address()) >>> 16).isEqualTo(THEIR_MAC);
            assertThat(Memory.longAt(frame.address() + 4) & 0xffff_ffff_ffffL).isEqualTo(OUR_MAC >>> 16 << 16 | 1);
        }
    }

    @Test
    void aNeighbourOnTheLinkIsFoundWhenItIsKnownAndLostWhenItHasGone() {
        KernelRoutes routes = routes();
        Condition<@Nullable Adjacency> unresolved = new Condition<>(
                adjacency -> adjacency != null && !adjacency.isResolved() && adjacency.port() == PORT, "unresolved");
        assertThat(lookUp(routes, PEER, unresolved)).is(unresolved);

        here.run("ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev wan");
        assertThat(lookUp(routes, PEER, RESOLVED)).is(RESOLVED);

        here.run("ip neighbour del 192.0.2.2 dev wan");
        assertThat(lookUp(routes, PEER, unresolved)).is(unresolved);
    }

    @Test
    void ourAddressesAndBroadcastsAreLocal() {
        KernelRoutes routes = routes();
        for (int local : new int[] {0xc0000201, 0xc00002ff, 0xc6336401, 0x7f000001}) {
            assertThat(lookUp(routes, local, is(Adjacency.LOCAL))).isSameAs(Adjacency.LOCAL);
        }
    }

    @Test
    void otherInterfacesAndRefusalsAreTheKernels() {
        here.run("ip route add blackhole 10.4.0.0/16");
        here.run("ip route add 10.5.0.0/16 via 198.51.100.9");
        KernelRoutes routes = routes();
        for (int foreign : new int[] {0xc6336407, 0x0a040001, 0x0a050001}) {
            assertThat(lookUp(routes, foreign, is(Adjacency.FOREIGN))).isSameAs(Adjacency.FOREIGN);
        }
        assertThat(lookUp(routes, 0x08080808, is(null))).isNull();
    }

    @Test
    void routesNeighboursAndAddressesOfIpv6AreFollowedToo() {
        here.run("ip address add 2001:db8:f::1/64 dev wan nodad");
        there.run("ip address add 2001:db8:f::2/64 dev far nodad");
        here.run("ip route add 2001:db8:2::/48 via 2001:db8:f::2 mtu 1300");
        here.run("ip route add 10.7.0.0/16 via inet6 2001:db8:f::2");
        KernelRoutes routes = routes();
        Adjacency nextHop = Objects.requireNonNull(lookUp(routes, IpAddress.of("2001:db8:2::7"), RESOLVED));
        assertThat(nextHop).is(RESOLVED);
        assertThat(nextHop.mtu()).isEqualTo(1300);
        assertThat(lookUp(routes, IpAddress.of("10.7.0.1"), RESOLVED)).is(RESOLVED);
        assertThat(lookUp(routes, IpAddress.of("2001:db8:f::1"), is(Adjacency.LOCAL))).isSameAs(Adjacency.LOCAL);
        for (String elsewhere : List.of("fe80::1", "ff02::1", "2001:db8:3::1")) {
            assertThat(lookUp(routes, IpAddress.of(elsewhere), is(null))).as(elsewhere).isNull();
        }
    }

    @Test
    void theRouteWithTheLowestMetricCounts() {
        here.run("ip route add 10.6.0.0/16 via 198.51.100.9 metric 10");
        KernelRoutes routes = routes();
        assertThat(lookUp(routes, 0x0a060001, is(Adjacency.FOREIGN))).isSameAs(Adjacency.FOREIGN);
        here.run("ip route add 10.6.0.0/16 via 192.0.2.2 metric 5");
        assertThat(lookUp(routes, 0x0a060001, RESOLVED)).is(RESOLVED);
        here.run("ip route del 10.6.0.0/16 metric 5");
        assertThat(lookUp(routes, 0x0a060001, is(Adjacency.FOREIGN))).isSameAs(Adjacency.FOREIGN);
    }

    @Test
    void aNeighbourElsewhereThanItsRouteLeadsDoesNotCount() {
        here.run("ip route add 192.0.2.2/32 dev mgmt");
        here.run("ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev wan");
        assertThat(lookUp(routes(), PEER, is(Adjacency.FOREIGN))).isSameAs(Adjacency.FOREIGN);
    }
}

package io.gapura.engine.route;

import static io.gapura.engine.TestPacket.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FibTest {
    private static final Adjacency FIRST = Adjacency.unresolved(0, 1500);
    private static final Adjacency SECOND = Adjacency.unresolved(1, 1500);

    private record Route(int address, int bits, Adjacency adjacency) {
        boolean covers(int destination) {
            return bits == 0 || (address ^ destination) >>> (32 - bits) == 0;
        }
    }

    /** Looks at every route. */
    private static @Nullable Adjacency slowLookup(List<Route> routes, int destination) {
        Route best = null;
        for (Route route : routes) {
            if (route.covers(destination) && (best == null || route.bits >= best.bits)) {
                best = route;
            }
        }
        return best == null ? null : best.adjacency;
    }

    @Test
    void findsNothingWhereThereIsNoRoute() {
        assertThat(Fib.empty().lookup(address("10.0.0.1"))).isNull();
    }

    @Test
    void prefersTheLongestPrefix() {
        Fib fib = new Fib.Builder().add(address("10.0.0.0"), 8, FIRST).add(address("10.1.0.0"), 16, SECOND)
                .add(address("10.1.2.3"), 32, Adjacency.LOCAL).build();
        assertThat(fib.lookup(address("10.0.255.255"))).isSameAs(FIRST);
        assertThat(fib.lookup(address("10.1.0.0"))).isSameAs(SECOND);
        assertThat(fib.lookup(address("10.1.2.3"))).isSameAs(Adjacency.LOCAL);
        assertThat(fib.lookup(address("10.1.2.4"))).isSameAs(SECOND);
        assertThat(fib.lookup(address("10.2.0.0"))).isSameAs(FIRST);
        assertThat(fib.lookup(address("9.255.255.255"))).isNull();
        assertThat(fib.lookup(address("11.0.0.0"))).isNull();
        assertThat(fib.adjacencies()).containsExactlyInAnyOrder(FIRST, SECOND, Adjacency.LOCAL);
    }

    @Test
    void takesTheLaterOfTwoRoutesForOnePrefix() {
        Fib fib = new Fib.Builder().add(address("10.0.0.0"), 8, FIRST).add(address("10.9.9.9"), 8, SECOND).build();
        assertThat(fib.lookup(address("10.1.1.1"))).isSameAs(SECOND);
    }

    @Test
    void reachesBothEndsOfTheAddressSpace() {
        Fib fib = new Fib.Builder().add(0, 0, FIRST).add(address("255.255.255.255"), 32, SECOND).build();
        assertThat(fib.lookup(0)).isSameAs(FIRST);
        assertThat(fib.lookup(-2)).isSameAs(FIRST);
        assertThat(fib.lookup(-1)).isSameAs(SECOND);
    }

    @Test
    void agreesWithLookingAtEveryRoute() {
        Random random = new Random(32);
        for (int table = 0; table < 200; table++) {
            List<Route> routes = new ArrayList<>();
            Fib.Builder builder = new Fib.Builder();
            for (int route = random.nextInt(60); route > 0; route--) {
                Route next = new Route(clustered(random), random.nextInt(33),
                        Adjacency.unresolved(random.nextInt(8), 1500));
                routes.add(next);
                builder.add(next.address, next.bits, next.adjacency);
            }
            Fib fib = builder.build();
            for (int lookup = 0; lookup < 500; lookup++) {
                int destination = clustered(random);
                assertThat(fib.lookup(destination)).isSameAs(slowLookup(routes, destination));
            }
        }
    }

    /** Few distinct bits, so that prefixes nest and meet. */
    private static int clustered(Random random) {
        return (random.nextInt() & 0xc003_8007) | random.nextInt(4) << 16;
    }

    @Test
    void refusesPrefixesThatAreNone() {
        assertThatThrownBy(() -> new Fib.Builder().add(0, 33, FIRST)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesTheEthernetHeaderOfANeighbour() {
        try (Arena arena = Arena.ofConfined()) {
            long frame = arena.allocate(16).address();
            Adjacency neighbour = Adjacency.resolved(1, 1500, 0x0200_0000_0001L, 0xfeff_ffff_fffeL);
            Memory.putByte(frame + 14, 0x45);
            neighbour.writeHeader(frame);
            assertThat(HexFormat.of().formatHex(Memory.bytesAt(frame, 14))).isEqualTo("020000000001fefffffffffe0800");
            Memory.putByte(frame + 14, 0x60);
            neighbour.writeHeader(frame);
            assertThat(HexFormat.of().formatHex(Memory.bytesAt(frame, 14))).isEqualTo("020000000001fefffffffffe86dd");
        }
    }
}

package io.gapura.ffi.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages that Linux 6.18 sent on x86-64, from the kernel's own header on; the link's is cut after its address. */
final class NetlinkParsingTest {
    private static final String LINK = "00000100030000000310010000000000" + "0800030077616e00" + "0800040078050000"
            + "0a00010002000000000700000a000200ffffffffffff0000";
    private static final String LINK_RUNNING = "00000100030000004310010000000000" + "0800030077616e00";
    /** VLAN 100 of the interface 3, with protocol, id and flags. */
    private static final String VLAN = "00000100040000004310010000000000" + "0c00030077616e2e31303000"
            + "0800050003000000"
            + "30001200" + "09000100766c616e00000000" + "20000200" + "0600050081000000" + "0600010064000000"
            + "0c00020001000000ffffffff";
    private static final String ADDRESS = "0218800003000000" + "08000100c0000201" + "08000200c0000201"
            + "0800030077616e00" + "0800080080000000" + "14000600ffffffffffffffff707d0800707d0800";
    private static final String LOCAL_ROUTE = "02200000ff02fe0200000000" + "08000f00ff000000" + "08000100c0000201"
            + "08000700c0000201" + "0800040003000000";
    private static final String ROUTE = "02100000fe03000100000000" + "08000f00fe000000" + "080001000a020000"
            + "0800060007000000" + "0c0008000800020014050000" + "08000500c0000209" + "0800040003000000";
    private static final String MULTIPATH = "02100000fe03000100000000" + "08000f00fe000000" + "080001000a030000"
            + "24000900" + "100000000300000008000500c0000209" + "100000000300000008000500c0000208";
    private static final String BLACKHOLE = "02100000fe03000600000000" + "08000f00fe000000" + "080001000a040000";
    private static final String NEIGHBOUR = "020000000300000008000001" + "08000100c0000209"
            + "0a00020002000000000900000800040000000000";

    private static final String ROUTE6 = "0a300000fe03000100000000" + "08000f00fe000000"
            + "1400010020010db8000200000000000000000000" + "0800060000040000"
            + "1400050020010db8000f00000000000000000009"
            + "0800040003000000";
    private static final String NEIGHBOUR6 = "0a0000000300000002000001" + "1400010020010db8000f00000000000000000009"
            + "0a00020002000000000900000800040000000000";
    private static final String ADDRESS6 = "0a40800003000000" + "1400010020010db8000f00000000000000000001"
            + "14000600ffffffffffffffff707d0800707d0800";
    private static final String ROUTE_VIA6 = "02100000fe03000100000000" + "08000f00fe000000" + "080001000a020000"
            + "160012000a0020010db8000f000000000000000000090000" + "0800040003000000";
    private static final IpAddress GATEWAY = IpAddress.of("192.0.2.9");
    private static final IpAddress GATEWAY6 = IpAddress.of("2001:db8:f::9");

    private static ByteBuffer body(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer datagram(int type, String body) {
        ByteBuffer bytes = body(body);
        ByteBuffer message = ByteBuffer.allocate(NetlinkMessage.roundUp(16 + bytes.limit()))
                .order(ByteOrder.LITTLE_ENDIAN);
        return message.putInt(16 + bytes.limit()).putShort((short) type).putShort((short) 2).putInt(7).putInt(0).put(
                bytes).rewind();
    }

    @Test
    void aLinkHasNameAddressAndMtu() {
        assertThat(Link.parse(body(LINK))).isEqualTo(new Link(3, "wan", 0x020000000007L, 1400, false));
        assertThat(Link.parse(body(LINK_RUNNING))).isEqualTo(new Link(3, "wan", 0, 0, true));
    }

    /** By its tag and its trunk; one of IEEE 802.1ad has another protocol, and a bridge no tag. */
    @Test
    void aVlanHasATagAndATrunk() {
        assertThat(Link.parse(body(VLAN))).isEqualTo(new Link(4, "wan.100", 0, 0, true, 100, 3));
        assertThat(Link.parse(body(VLAN.replace("0600050081000000", "0600050088a80000"))))
                .isEqualTo(new Link(4, "wan.100", 0, 0, true));
        assertThat(Link.parse(body(VLAN.replace("766c616e", "766c616f"))))
                .isEqualTo(new Link(4, "wan.100", 0, 0, true));
    }

    @Test
    void anAddressHasItsLinksPrefix() {
        assertThat(InterfaceAddress.parse(body(ADDRESS)))
                .isEqualTo(new InterfaceAddress(3, IpAddress.of("192.0.2.1"), 24));
    }

    @Test
    void aRouteHasGatewayMetricAndMtu() {
        assertThat(Route.parse(body(ROUTE)))
                .isEqualTo(new Route(IpAddress.of("10.2.0.0"), 16, Route.TABLE_MAIN, Route.Type.UNICAST,
                        0, 7, 1300, List.of(new Route.NextHop(3, GATEWAY, true))));
    }

    @Test
    void aLocalRouteIsOneOfTheHostsAddresses() {
        assertThat(Route.parse(body(LOCAL_ROUTE))).isEqualTo(new Route(IpAddress.of("192.0.2.1"), 32, Route.TABLE_LOCAL,
                Route.Type.LOCAL, 0, 0, 0, List.of(new Route.NextHop(3, null, true))));
    }

    @Test
    void aRouteMayHaveSeveralNextHopsOrNone() {
        assertThat(parsedRoute(MULTIPATH).nextHops()).containsExactly(new Route.NextHop(3, GATEWAY, true),
                new Route.NextHop(3, IpAddress.of("192.0.2.8"), true));
        assertThat(parsedRoute(BLACKHOLE).type()).isEqualTo(Route.Type.BLACKHOLE);
        assertThat(parsedRoute(BLACKHOLE).nextHops()).isEmpty();
    }

    @Test
    void aDeadNextHopIsNotUsable() {
        assertThat(parsedRoute(ROUTE.replace("0001" + "00000000", "0001" + "11000000")).nextHops()).containsExactly(
                new Route.NextHop(3, GATEWAY, false));
    }

    private static Route parsedRoute(String hex) {
        return Objects.requireNonNull(Route.parse(body(hex)));
    }

    @Test
    void aNeighbourIsReachableInTheStatesInWhichTheKernelWouldSend() {
        Neighbour neighbour = Neighbour.parse(body(NEIGHBOUR));
        assertThat(neighbour).isEqualTo(new Neighbour(3, GATEWAY, 0x020000000009L, 0x08));
        for (int state : new int[] {0x02, 0x04, 0x08, 0x10, 0x40, 0x80}) {
            assertThat(new Neighbour(3, GATEWAY, 2, state).isReachable()).isTrue();
            assertThat(new Neighbour(3, GATEWAY, 0, state).isReachable()).isFalse();
        }
        for (int incompleteFailedOrNone : new int[] {0x01, 0x20, 0x00}) {
            assertThat(new Neighbour(3, GATEWAY, 2, incompleteFailedOrNone).isReachable()).isFalse();
        }
    }

    @Test
    void whatIsOfIpv6HasItsAddresses() {
        assertThat(InterfaceAddress.parse(body(ADDRESS6)))
                .isEqualTo(new InterfaceAddress(3, IpAddress.of("2001:db8:f::1"), 64));
        assertThat(parsedRoute(ROUTE6)).isEqualTo(new Route(IpAddress.of("2001:db8:2::"), 48, Route.TABLE_MAIN,
                Route.Type.UNICAST, 0, 1024, 0, List.of(new Route.NextHop(3, GATEWAY6, true))));
        assertThat(Neighbour.parse(body(NEIGHBOUR6))).isEqualTo(new Neighbour(3, GATEWAY6, 0x020000000009L, 0x02));
        assertThat(parsedRoute("0a000000fe03000100000000").destination()).isEqualTo(IpAddress.ANY_IPV6);
    }

    /** RFC 8950. */
    @Test
    void anIpv4RouteMayLeadByAnIpv6Gateway() {
        assertThat(parsedRoute(ROUTE_VIA6).nextHops()).containsExactly(new Route.NextHop(3, GATEWAY6, true));
        assertThat(parsedRoute(ROUTE_VIA6).destination()).isEqualTo(IpAddress.of("10.2.0.0"));
    }

    @Test
    void otherFamiliesAreIgnored() {
        String bridge = "07";
        assertThat(Route.parse(body("0a" + ROUTE.substring(2)))).as("with an address of the other family").isNull();
        assertThat(InterfaceAddress.parse(body(bridge + ADDRESS.substring(2)))).isNull();
        assertThat(Neighbour.parse(body(bridge + NEIGHBOUR.substring(2)))).isNull();
        assertThat(Link.parse(body("07" + LINK.substring(2)))).isNull();
    }

    @Test
    void aPrefixWithoutAnAddressOrTooLongIsNoRoute() {
        assertThat(Route.parse(body("02100000fe03000100000000"))).isNull();
        assertThat(Route.parse(body("02210000fe03000100000000080001000a020000"))).isNull();
        assertThat(Route.parse(body("02000000fe03000100000000"))).isNotNull();
    }

    @Test
    void severalMessagesInADatagramAreWalked() {
        ByteBuffer first = datagram(24, ROUTE);
        ByteBuffer second = datagram(28, NEIGHBOUR);
        ByteBuffer both = ByteBuffer.allocate(first.limit() + second.limit()).order(ByteOrder.LITTLE_ENDIAN).put(first)
                .put(second).flip();
        List<Integer> types = new ArrayList<>();
        NetlinkMessage.forEach(both, message -> types.add(message.type()));
        assertThat(types).containsExactly(24, 28);
    }

    @Test
    void whatIsCutShortIsLeftOutAndNothingIsReadBehindIt() {
        for (String message : List.of(LINK, VLAN, ADDRESS, ROUTE, MULTIPATH, LOCAL_ROUTE, NEIGHBOUR, ADDRESS6, ROUTE6,
                NEIGHBOUR6, ROUTE_VIA6)) {
            for (int bytes = 0; bytes < message.length() / 2; bytes++) {
                ByteBuffer cut = body(message.substring(0, bytes * 2));
                assertThatCode(() -> parseAsAnything(cut)).doesNotThrowAnyException();
            }
        }
        ByteBuffer datagram = datagram(24, ROUTE);
        List<NetlinkMessage> seen = new ArrayList<>();
        NetlinkMessage.forEach(datagram.slice(0, datagram.limit() - 1).order(ByteOrder.LITTLE_ENDIAN), seen::add);
        assertThat(seen).isEmpty();
    }

    @Test
    void garbageIsSurvived() {
        Random random = new Random(2026);
        for (int round = 0; round < 20_000; round++) {
            String message = List.of(LINK, VLAN, ADDRESS, ROUTE, MULTIPATH, NEIGHBOUR, ROUTE6, NEIGHBOUR6, ROUTE_VIA6)
                    .get(round % 9);
            ByteBuffer mangled = datagram(16 + random.nextInt(16), message);
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                mangled.put(random.nextInt(mangled.limit()), (byte) random.nextInt());
            }
            NetlinkMessage.forEach(mangled, parsed -> parseAsAnything(parsed.body()));
        }
    }

    private static void parseAsAnything(ByteBuffer body) {
        Consumer<@Nullable Object> ignore = parsed -> {};
        ignore.accept(Link.parse(body));
        ignore.accept(InterfaceAddress.parse(body));
        ignore.accept(Route.parse(body));
        ignore.accept(Neighbour.parse(body));
    }
}

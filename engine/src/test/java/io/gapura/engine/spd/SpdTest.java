package io.gapura.engine.spd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpdTest {
    private static final int HERE = 0x0a01_0005;
    private static final int THERE = 0x0a02_0007;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final IpAddress HERE_V6 = IpAddress.of("2001:db8:1::1");
    private static final IpAddress THERE_V6 = IpAddress.of("2001:db8:2::1");

    private static final Selector SITES = Selector.between(AddressRange.prefix(HERE, 24),
            AddressRange.prefix(THERE, 24));

    @Test
    void dropsEverythingWithoutPolicies() {
        assertThat(Spd.empty().outbound(out(HERE, THERE, UDP, 1, 2))).isEqualTo(Spd.NO_POLICY);
        assertThat(Spd.empty().inboundClear(in(THERE, HERE, UDP, 1, 2))).isEqualTo(Spd.NO_POLICY);
        assertThat(Spd.empty().outboundEntry(out(HERE, THERE, UDP, 1, 2))).isEqualTo(-1);
    }

    @Test
    void namesTheTunnelOfWhatIsToBeProtectedInBothDirections() {
        Spd spd = Spd.compile(List.of(Policy.protect("sites", SITES, 7)));

        assertThat(spd.outbound(out(HERE, THERE, UDP, 1, 2))).isEqualTo(7);
        assertThat(spd.inboundClear(in(THERE, HERE, UDP, 2, 1))).isEqualTo(7);
        assertThat(spd.outbound(out(THERE, HERE, UDP, 1, 2))).isEqualTo(Spd.NO_POLICY);
        assertThat(spd.inboundClear(in(HERE, THERE, UDP, 2, 1))).isEqualTo(Spd.NO_POLICY);
    }

    @Test
    void letsTheFirstPolicyDecideThatMatches() {
        Selector web = new Selector(SITES.local(), SITES.remote(), TCP, PortRange.ANY, PortRange.single(80));
        Policy bypassWeb = Policy.bypass("web", web);
        Policy protectAll = Policy.protect("sites", SITES, 0);

        Spd webFirst = Spd.compile(List.of(bypassWeb, protectAll));
        Spd webLast = Spd.compile(List.of(protectAll, bypassWeb));

        assertThat(webFirst.outbound(out(HERE, THERE, TCP, 5000, 80))).isEqualTo(Spd.BYPASS);
        assertThat(webFirst.outbound(out(HERE, THERE, TCP, 5000, 81))).isZero();
        assertThat(webLast.outbound(out(HERE, THERE, TCP, 5000, 80))).isZero();
    }

    @Test
    void looksUpFragmentsByPoliciesForAnyPortOnly() {
        Selector web = new Selector(SITES.local(), SITES.remote(), TCP, PortRange.ANY, PortRange.single(80));
        Spd spd = Spd.compile(List.of(Policy.bypass("web", web), Policy.discard("rest", SITES)));

        assertThat(spd.outbound(out(HERE, THERE, TCP, PortRange.OPAQUE_PORT, PortRange.OPAQUE_PORT)))
                .isEqualTo(Spd.DISCARD);
    }

    @Test
    void honoursPoliciesOfOneDirection() {
        Spd spd = Spd.compile(List.of(Policy.bypass("out", SITES).only(Direction.OUTBOUND),
                Policy.discard("in", SITES).only(Direction.INBOUND)));

        assertThat(spd.outbound(out(HERE, THERE, UDP, 1, 2))).isEqualTo(Spd.BYPASS);
        assertThat(spd.inboundClear(in(THERE, HERE, UDP, 1, 2))).isEqualTo(Spd.DISCARD);
        assertThat(spd.inboundEntry(in(THERE, HERE, UDP, 1, 2))).isEqualTo(1);
    }

    @Test
    void acceptsRangesThatAreNoPrefix() {
        Selector ranges = Selector.between(new AddressRange(1, -2), new AddressRange(THERE, THERE + 9));
        Spd spd = Spd.compile(List.of(Policy.bypass("ranges", ranges)));

        assertThat(spd.outbound(out(HERE, THERE + 9, UDP, 1, 2))).isEqualTo(Spd.BYPASS);
        assertThat(spd.outbound(out(HERE, THERE + 10, UDP, 1, 2))).isEqualTo(Spd.NO_POLICY);
        assertThat(spd.outbound(out(0, THERE, UDP, 1, 2))).isEqualTo(Spd.NO_POLICY);
    }

    @Test
    void refusesATunnelWhereNoneBelongs() {
        assertThatThrownBy(() -> new Policy("p", Direction.BOTH, Action.BYPASS, SITES, 1))
                .hasMessageContaining("policy p");
        assertThatThrownBy(() -> Policy.protect("p", SITES, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10, 30, 100, 300, 1000})
    void agreesWithTryingEachPolicyInOrder(int size) {
        Traffic traffic = new Traffic(size);
        for (int set = 0; set < 20; set++) {
            List<Policy> policies = traffic.policies(size);
            Spd spd = Spd.compile(policies);
            for (int packet = 0; packet < 500; packet++) {
                assertAgreement(spd, policies, traffic.packet(policies));
            }
        }
    }

    @Test
    void findsEachOfTenThousandPolicies() {
        List<Policy> policies = new ArrayList<>();
        for (int site = 0; site < 10_000; site++) {
            AddressRange remote = AddressRange.prefix(0x0b00_0000 + (site << 8), 24);
            policies.add(Policy.protect("site" + site, Selector.between(AddressRange.prefix(HERE, 16), remote), site));
        }
        Spd spd = Spd.compile(policies);

        for (int site = 0; site < 10_000; site++) {
            assertThat(spd.outbound(out(HERE, 0x0b00_0000 + (site << 8) + 77, UDP, 1, 2))).isEqualTo(site);
        }
    }

    @Test
    void allocatesNothingOnLookup() {
        Traffic traffic = new Traffic(4);
        List<Policy> policies = traffic.policies(200);
        Spd spd = Spd.compile(policies);
        long decisions = lookUpOften(spd);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        decisions += lookUpOften(spd);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        assertThat(decisions).isNotZero();
    }

    private static final Flow[] FLOWS = {out(HERE, THERE, UDP, 1, 53), in(THERE, HERE, UDP, 53, 1),
        Flow.of(Direction.OUTBOUND, HERE_V6, THERE_V6, UDP, 1, 53),
        Flow.of(Direction.INBOUND, HERE_V6, THERE_V6, UDP, 1, 53)};

    private static long lookUpOften(Spd spd) {
        long decisions = 0;
        for (int packet = 0; packet < 25_000; packet++) {
            for (Flow flow : FLOWS) {
                decisions += spd.outbound(flow);
                decisions += spd.inboundClear(flow);
            }
        }
        return decisions;
    }

    private static Flow out(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return Flow.of(Direction.OUTBOUND, IpAddress.ofIpv4(source), IpAddress.ofIpv4(destination), protocol,
                sourcePort,
                destinationPort);
    }

    private static Flow in(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return Flow.of(Direction.INBOUND, IpAddress.ofIpv4(destination), IpAddress.ofIpv4(source), protocol,
                destinationPort, sourcePort);
    }

    private static void assertAgreement(Spd spd, List<Policy> policies, Packet packet) {
        int outbound = firstMatch(policies, packet, Direction.OUTBOUND);
        int inbound = firstMatch(policies, packet, Direction.INBOUND);

        Flow leaving = packet.flow(Direction.OUTBOUND);
        assertThat(spd.outboundEntry(leaving)).as("%s", packet).isEqualTo(outbound);
        assertThat(spd.inboundEntry(packet.flow(Direction.INBOUND))).as("%s", packet).isEqualTo(inbound);
        assertThat(spd.outbound(leaving))
                .isEqualTo(outbound < 0 ? Spd.NO_POLICY : decision(policies.get(outbound)));
    }

    /** The definition that the compiled lookup must meet. */
    private static int firstMatch(List<Policy> policies, Packet packet, Direction way) {
        for (int entry = 0; entry < policies.size(); entry++) {
            Policy policy = policies.get(entry);
            if (policy.direction() != opposite(way) && policy.selector().matches(packet.local, packet.remote,
                    packet.protocol, packet.localPort, packet.remotePort)) {
                return entry;
            }
        }
        return -1;
    }

    private static Direction opposite(Direction way) {
        return way == Direction.OUTBOUND ? Direction.INBOUND : Direction.OUTBOUND;
    }

    private static int decision(Policy policy) {
        return switch (policy.action()) {
            case PROTECT -> policy.tunnel();
            case BYPASS -> Spd.BYPASS;
            case DISCARD -> Spd.DISCARD;
        };
    }

    private record Packet(IpAddress local, IpAddress remote, int protocol, int localPort, int remotePort) {
        Flow flow(Direction way) {
            return Flow.of(way, local, remote, protocol, localPort, remotePort);
        }
    }

    /** Random policies that overlap a lot, and packets close to their edges. */
    private static final class Traffic {
        private static final int[] PROTOCOLS = {1, TCP, UDP, 47};

        private final Random random;

        private Traffic(long seed) {
            random = new Random(seed);
        }

        private List<Policy> policies(int size) {
            List<Policy> policies = new ArrayList<>();
            while (policies.size() < size) {
                Selector selector = selector(random.nextBoolean());
                Policy policy = switch (random.nextInt(3)) {
                    case 0 -> Policy.protect("p", selector, policies.size());
                    case 1 -> Policy.bypass("b", selector);
                    default -> Policy.discard("d", selector);
                };
                boolean oneWay = random.nextInt(4) == 0;
                policies.add(oneWay ? policy.only(Direction.values()[random.nextInt(3)]) : policy);
            }
            return policies;
        }

        private Selector selector(boolean ipv4) {
            return new Selector(addresses(ipv4), addresses(ipv4), protocol(), ports(), ports());
        }

        private AddressRange addresses(boolean ipv4) {
            IpAddress address = address(ipv4);
            return switch (random.nextInt(5)) {
                case 0 -> ipv4 ? AddressRange.ANY : AddressRange.ANY_IPV6;
                case 1 -> AddressRange.single(address);
                case 2 -> range(address, address(ipv4));
                default -> AddressRange.prefix(address, random.nextInt(address.bits() + 1));
            };
        }

        private static AddressRange range(IpAddress first, IpAddress last) {
            return first.compareTo(last) <= 0 ? new AddressRange(first, last) : new AddressRange(last, first);
        }

        /** In few networks, so that policies meet; at either end of the address space too. */
        private IpAddress address(boolean ipv4) {
            if (ipv4) {
                int network = new int[] {0, 0xffff_0000, 0x0a00_0000, 0x0a00_0000}[random.nextInt(4)];
                return IpAddress.ofIpv4(network | random.nextInt(4) << 8 | random.nextInt(8));
            }
            long high = new long[] {0, -1, 0x2001_0db8_0000_0000L, 0x2001_0db8_0000_0001L}[random.nextInt(4)];
            long low = new long[] {0, -8, Long.MIN_VALUE, Long.MAX_VALUE - 7}[random.nextInt(4)] + random.nextInt(8);
            return new IpAddress(high, low);
        }

        private int protocol() {
            return random.nextBoolean() ? Selector.ANY_PROTOCOL : PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        }

        private PortRange ports() {
            int first = random.nextInt(6);
            return switch (random.nextInt(6)) {
                case 0 -> PortRange.single(first);
                case 1 -> new PortRange(first, first + random.nextInt(5));
                case 2 -> random.nextBoolean() ? PortRange.OPAQUE : new PortRange(65_530, 65_535);
                default -> PortRange.ANY;
            };
        }

        /** Near the selector of one of the policies. */
        private Packet packet(List<Policy> policies) {
            Selector near = policies.get(random.nextInt(policies.size())).selector();
            return new Packet(addressNear(near.local()), addressNear(near.remote()),
                    PROTOCOLS[random.nextInt(PROTOCOLS.length)], portNear(near.localPorts()),
                    portNear(near.remotePorts()));
        }

        private IpAddress addressNear(AddressRange range) {
            IpAddress before = new IpAddress(range.first().high(), range.first().low() - 1);
            IpAddress near = switch (random.nextInt(5)) {
                case 0 -> before;
                case 1 -> range.first();
                case 2 -> range.last();
                case 3 -> range.last().next();
                default -> address(range.isIpv4());
            };
            return near.isIpv4() == range.isIpv4() ? near : range.first();
        }

        private int portNear(PortRange range) {
            return switch (random.nextInt(4)) {
                case 0 -> PortRange.OPAQUE_PORT;
                case 1 -> Math.clamp(range.last() + random.nextInt(2), 0, 65_535);
                case 2 -> random.nextInt(12);
                default -> Math.clamp(range.first(), 0, 65_535);
            };
        }
    }
}

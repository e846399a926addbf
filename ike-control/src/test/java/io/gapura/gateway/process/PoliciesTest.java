package io.gapura.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.spd.Direction;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.spd.PortRange;
import io.gapura.engine.spd.Spd;
import io.gapura.ffi.IpAddress;
import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.config.StartAction;
import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PoliciesTest {
    private static final int TUNNEL = 7;

    private static TrafficSelector selector(int protocol, int startPort, int endPort, String start, String end) {
        return new TrafficSelector(protocol, startPort, endPort, bytes(start), bytes(end));
    }

    private static Bytes bytes(String address) {
        return Bytes.copyOf(IpAddress.of(address).toBytes());
    }

    private static int decide(Spd spd, String local, String remote, int protocol, int port) {
        return spd
                .outbound(Flow.of(Direction.OUTBOUND, IpAddress.of(local), IpAddress.of(remote), protocol, port, port));
    }

    @Test
    void selectorsOfEachFamilyMeetThoseOfTheSame() {
        Policies policies = new Policies(List.of(), List.of(), () -> 0);
        List<TrafficSelector> local = List.of(selector(0, 0, 65535, "10.1.0.0", "10.1.255.255"),
                selector(0, 0, 65535, "2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff"));
        List<TrafficSelector> remote = List.of(selector(0, 0, 65535, "10.2.0.0", "10.2.255.255"),
                selector(0, 0, 65535, "2001:db8:2::5", "2001:db8:2::9"));
        policies.open(TUNNEL, new Selectors("hq", "lan", local, remote));
        Spd spd = policies.compile();
        assertThat(spd.policies()).hasSize(2);
        assertThat(decide(spd, "10.1.0.1", "10.2.0.1", 17, 1)).isEqualTo(TUNNEL);
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8:2::5", 17, 1)).isEqualTo(TUNNEL);
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8:2::a", 17, 1)).isEqualTo(Spd.NO_POLICY);
        policies.close(TUNNEL);
        assertThat(policies.compile().policies()).isEmpty();
    }

    @Test
    void icmpTypesAndOpaquePortsBecomeWhatThePacketShows() {
        Policies policies = new Policies(List.of(), List.of(), () -> 0);
        TrafficSelector any = selector(58, 0, 65535, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        TrafficSelector echo = selector(58, 0x8000, 0x80ff, "2001:db8::1", "2001:db8::1");
        TrafficSelector fragments = selector(17, 65535, 0, "2001:db8::2", "2001:db8::2");
        policies.open(TUNNEL, new Selectors("hq", "ping", List.of(any), List.of(echo)));
        policies.open(TUNNEL + 1, new Selectors("hq", "rest",
                List.of(selector(17, 65535, 0, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), List.of(fragments)));
        Spd spd = policies.compile();
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8::1", 58, 0x8000)).isEqualTo(TUNNEL);
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8::1", 58, 0x8100)).isEqualTo(Spd.NO_POLICY);
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8::2", 17, PortRange.OPAQUE_PORT)).isEqualTo(TUNNEL + 1);
        assertThat(decide(spd, "2001:db8:1::1", "2001:db8::2", 17, 53)).isEqualTo(Spd.NO_POLICY);
    }

    private static Connection connection(StartAction action) {
        Child child = Child.of("lan", selector(0, 0, 65535, "10.1.0.0", "10.1.255.255"),
                selector(0, 0, 65535, "10.2.0.0", "10.2.255.255")).withStartAction(action);
        return new Connection("hq", InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.2"), 500,
                Authentication.byKey(Identity.parse("a"), Identity.parse("b"), Secret.ofUtf8("key")),
                Proposals.ike(List.of()), List.of(child), IkeOptions.DEFAULT);
    }

    @Test
    void aTrapAsksForItsChildWhileItHasNoTunnelOfItsOwn() {
        Policies policies = new Policies(List.of(), List.of(connection(StartAction.TRAP)), () -> 3);

        assertThat(decide(policies.compile(), "10.1.0.1", "10.2.0.1", 17, 1)).isEqualTo(3);
        assertThat(policies.trap(3)).isEqualTo(new Policies.Trap("hq", "lan"));
        assertThat(policies.trap(TUNNEL)).isNull();

        policies.open(TUNNEL, new Selectors("hq", "lan",
                List.of(selector(0, 0, 65535, "10.1.0.0", "10.1.255.255")),
                List.of(selector(0, 0, 65535, "10.2.0.0", "10.2.0.255"))));
        assertThat(decide(policies.compile(), "10.1.0.1", "10.2.0.1", 17, 1)).isEqualTo(TUNNEL);
        assertThat(decide(policies.compile(), "10.1.0.1", "10.2.9.1", 17, 1)).as("narrowed away").isEqualTo(3);
    }

    @Test
    void otherConnectionsTakeThePlaceOfThoseBeforeAndTunnelsStay() {
        Policies policies = new Policies(List.of(), List.of(connection(StartAction.TRAP)), () -> 3);
        policies.open(TUNNEL, new Selectors("hq", "lan",
                List.of(selector(0, 0, 65535, "10.1.0.0", "10.1.255.255")),
                List.of(selector(0, 0, 65535, "10.2.0.0", "10.2.255.255"))));

        assertThat(policies.configure(List.of(), List.of(connection(StartAction.NONE)), () -> 4)).containsExactly(3);

        assertThat(policies.trap(3)).isNull();
        assertThat(decide(policies.compile(), "10.1.0.1", "10.2.0.1", 17, 1)).isEqualTo(TUNNEL);
        policies.close(TUNNEL);
        assertThat(decide(policies.compile(), "10.1.0.1", "10.2.0.1", 17, 1)).isEqualTo(Spd.DISCARD);
    }
}

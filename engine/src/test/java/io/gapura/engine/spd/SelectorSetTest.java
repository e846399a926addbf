package io.gapura.engine.spd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectorSetTest {
    private static final int HERE = 0x0a01_0005;
    private static final int THERE = 0x0a02_0007;
    private static final int ELSEWHERE = 0x0a03_0001;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private static final AddressRange LOCAL = AddressRange.prefix(HERE, 24);
    private static final AddressRange REMOTE = AddressRange.prefix(THERE, 24);

    @Test
    void permitsOnlyWhatComesFromTheRemoteSideToTheLocalOne() {
        SelectorSet set = SelectorSet.of(Selector.between(LOCAL, REMOTE));

        assertThat(permits(set, THERE, HERE, UDP, 1, 2)).isTrue();
        assertThat(permits(set, HERE, THERE, UDP, 1, 2)).isFalse();
        assertThat(permits(set, ELSEWHERE, HERE, UDP, 1, 2)).isFalse();
        assertThat(permits(set, THERE, ELSEWHERE, UDP, 1, 2)).isFalse();
    }

    @Test
    void comparesTheSourcePortWithTheRemoteSide() {
        SelectorSet set = SelectorSet
                .of(new Selector(LOCAL, REMOTE, TCP, new PortRange(1024, 65535), PortRange.single(443)));

        assertThat(permits(set, THERE, HERE, TCP, 443, 1024)).isTrue();
        assertThat(permits(set, THERE, HERE, TCP, 443, 1023)).isFalse();
        assertThat(permits(set, THERE, HERE, TCP, 444, 1024)).isFalse();
        assertThat(permits(set, THERE, HERE, UDP, 443, 1024)).isFalse();
    }

    @Test
    void matchesInvisiblePortsWithAnyAndOpaqueOnly() {
        assertThat(permitsFragment(PortRange.ANY)).isTrue();
        assertThat(permitsFragment(PortRange.OPAQUE)).isTrue();
        assertThat(permitsFragment(PortRange.single(0))).isFalse();
        assertThat(permitsFragment(new PortRange(0, 65534))).isFalse();
        assertThat(permitsFragment(new PortRange(1, 65535))).isFalse();
    }

    @Test
    void matchesVisiblePortsNotWithOpaque() {
        SelectorSet set = SelectorSet.of(new Selector(LOCAL, REMOTE, UDP, PortRange.OPAQUE, PortRange.OPAQUE));

        assertThat(permits(set, THERE, HERE, UDP, 0, 0)).isFalse();
        assertThat(permits(set, THERE, HERE, UDP, 65535, 65535)).isFalse();
    }

    @Test
    void permitsWhatAnyOfItsSelectorsDoes() {
        SelectorSet set = SelectorSet.of(List.of(Selector.between(LOCAL, REMOTE),
                Selector.between(LOCAL, AddressRange.single(ELSEWHERE))));

        assertThat(permits(set, THERE, HERE, UDP, 1, 2)).isTrue();
        assertThat(permits(set, ELSEWHERE, HERE, UDP, 1, 2)).isTrue();
        assertThat(permits(set, ELSEWHERE + 1, HERE, UDP, 1, 2)).isFalse();
        assertThat(permits(SelectorSet.of(List.of()), THERE, HERE, UDP, 1, 2)).isFalse();
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new PortRange(5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortRange(0, 65536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortRange(-1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Selector(LOCAL, REMOTE, 256, PortRange.ANY, PortRange.ANY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean permitsFragment(PortRange ports) {
        SelectorSet set = SelectorSet.of(new Selector(LOCAL, REMOTE, UDP, ports, ports));
        return permits(set, THERE, HERE, UDP, PortRange.OPAQUE_PORT, PortRange.OPAQUE_PORT);
    }

    private static boolean permits(SelectorSet set, int source, int destination, int protocol, int sourcePort,
            int destinationPort) {
        return set.permits(Flow.of(Direction.INBOUND, IpAddress.ofIpv4(destination), IpAddress.ofIpv4(source), protocol,
                destinationPort, sourcePort));
    }
}

package io.gapura.engine.spd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.engine.wire.Ipv4Header;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FlowTest {
    private static final int[] PROTOCOLS = {Ipv4Header.UDP, Ipv4Header.TCP, Ipv4Header.ICMP, Ipv4Header.ESP};
    private static final int WITHOUT_OPTIONS = 0x45;
    private static final int WITH_OPTIONS = 0x46;

    private final Random random = new Random(1);
    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);
    private final long ip = memory.address();

    /** What selectors look at, from scratch. */
    private record Selected(long addresses, long ports, int protocol) {
        static Selected of(long ip) {
            return new Selected(Ipv4Header.addresses(ip), Ipv4Header.ports(ip), Ipv4Header.protocol(ip));
        }
    }

    /** A datagram of few flows, some with options, some a fragment, some too short to have ports. */
    private void write() {
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        int headerBytes = random.nextInt(8) == 0 ? 24 : 20;
        int totalLength = headerBytes + random.nextInt(6);
        int offset = random.nextInt(4) == 0 ? 1 : 0;
        Ipv4Header.write(ip, totalLength, 0, 0, offset, 64, protocol, 0x0a00_0001, 0x0a00_0002 + random.nextInt(2));
        Memory.putByte(ip, headerBytes == 20 ? WITHOUT_OPTIONS : WITH_OPTIONS);
        Memory.putInt(ip + 20, random.nextInt(2));
        Memory.putInt(ip + 24, random.nextInt(2));
    }

    @Test
    void goesOnAsLongAsAllThatSelectorsLookAtAgrees() {
        Flow flow = new Flow(Direction.INBOUND);
        Selected last = null;
        int continued = 0;
        for (int packet = 0; packet < 200_000; packet++) {
            write();
            Selected selected = Selected.of(ip);
            boolean continues = flow.continues(ip);
            assertThat(continues).isEqualTo(selected.equals(last));
            assertThat(flow.local()).isEqualTo((int) selected.addresses());
            assertThat(flow.localPort()).isEqualTo((int) selected.ports());
            continued += continues ? 1 : 0;
            last = selected;
        }
        assertThat(continued).isGreaterThan(5_000);
    }
}

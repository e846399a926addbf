package io.gapura.engine.sad;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long what routers said is remembered. */
final class PathMtusTest {
    private final Tunnels tunnels = new Tunnels(4, 1, new Epochs(1));
    private final PathMtus paths = new PathMtus(tunnels);
    private OutboundSa sa = sa();

    private OutboundSa sa() {
        OutboundSa made = new TestKey().outbound(tunnels.open(), true, Lifetime.FOREVER);
        made.nextSequence(100, 0);
        return made;
    }

    @BeforeEach
    void install() {
        tunnels.install(sa);
    }

    @Test
    void forgetsAfterItsTime() {
        paths.onTooBig(sa.outer.destination(), sa.spi, 1, 1300, 0);
        paths.expire(PathMtus.AGE_NS - 1);
        assertThat(sa.pathMtu).isEqualTo(1300);
        paths.expire(PathMtus.AGE_NS);
        assertThat(sa.pathMtu).isEqualTo(OutboundSa.UNKNOWN_PATH_MTU);
    }

    @Test
    void onlyNarrows() {
        paths.onTooBig(sa.outer.destination(), sa.spi, 1, 1300, 0);
        paths.onTooBig(sa.outer.destination(), sa.spi, 1, 1400, 1);
        assertThat(sa.pathMtu).isEqualTo(1300);
        paths.onTooBig(sa.outer.destination(), sa.spi, 1, 1200, 2);
        assertThat(sa.pathMtu).isEqualTo(1200);
    }

    /** Of those that were sent lately; with extended numbers only the low half is quoted. */
    @Test
    void believesOnlySequenceNumbersThatWereUsed() {
        sa.continueAfter(0x1_0000_0005L);
        for (int sequence : new int[] {6, 0x8000_0000, 0x100}) {
            paths.onTooBig(sa.outer.destination(), sa.spi, sequence, 1300, 0);
            assertThat(sa.pathMtu).isEqualTo(OutboundSa.UNKNOWN_PATH_MTU);
        }
        paths.onTooBig(sa.outer.destination(), sa.spi, 0xffff_ffff, 1300, 0);
        assertThat(sa.pathMtu).isEqualTo(1300);
    }

    @Test
    void tellsNewSas() {
        paths.onTooBig(sa.outer.destination(), sa.spi, 1, 1300, 0);
        OutboundSa next = sa();
        paths.tell(next);
        assertThat(next.pathMtu).isEqualTo(1300);
    }
}

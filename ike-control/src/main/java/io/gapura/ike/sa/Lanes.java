package io.gapura.ike.sa;

import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.config.Child;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several child SAs with the same traffic side by side, RFC 9611, so that each worker encrypts by one of its own.
 * The first, lane 0, serves every worker that has none; all share its tunnel.
 *
 * <pre>
 *   HDR, SK {…, SA, …, TSi, TSr, N(SA_RESOURCE_INFO)}  -->
 *                      <--  HDR, SK {…, SA, …, TSi, TSr, N(SA_RESOURCE_INFO)}      lane 0; the peer knows of lanes
 *   HDR, SK {SA, Ni, TSi, TSr, N(SA_RESOURCE_INFO, 1)}  -->
 *                      <--  HDR, SK {SA, Nr, TSi, TSr, N(SA_RESOURCE_INFO, 1)}     lane 1, and so on
 *                      <--  HDR, SK {N(TS_MAX_QUEUE)}                              enough
 * </pre>
 *
 * <p>Who has set up the first goes on with the others, one after the other. Some time later the other side adds what
 * it has use for beyond them. Numbers are each side's own: what the peer's say is for the eyes of whoever reads its
 * messages (RFC 9611 §4).
 */
final class Lanes {
    /** More than any peer's cores are worth to us. */
    private static final int MOST = 256;

    /** Long enough for the peer to have set up those that it wants. */
    private static final long PEERS_TURN_NS = Duration.ofSeconds(10).toNanos();

    private Lanes() {
    }

    /** Says that it is one of several. */
    static NotifyPayload info(int lane) {
        return new NotifyPayload(NotifyType.SA_RESOURCE_INFO, lane == 0 ? Bytes.EMPTY : Bytes.ofInt(lane));
    }

    /** One with the same traffic, whose tunnel a new one joins; null if there is none. */
    static @Nullable ChildSa mate(IkeSa sa, Agreement agreement, Selectors selectors) {
        return agreement.config().isPerCpu()
                ? named(sa, agreement.config()).filter(child -> child.selectors().equals(selectors)).findFirst()
                        .orElse(null)
                : null;
    }

    private static Stream<ChildSa> named(IkeSa sa, Child config) {
        return sa.latest().children().stream().filter(child -> child.name().equals(config.name()));
    }

    static boolean isTaken(IkeSa sa, Child config, int lane) {
        return named(sa, config).anyMatch(child -> child.lane() == lane);
    }

    /** Whether there is one that others can stand beside. */
    static boolean isUp(IkeSa sa, Child config) {
        return named(sa, config).anyMatch(child -> child.state() == ChildSa.State.INSTALLED);
    }

    /** Asks for the next one, if we have use for more. */
    static void goOn(IkeSa sa, Child config, long nowNs) {
        int lane = firstFree(sa, config);
        if (lane < wanted(sa, config)) {
            sa.latest().requests().add(new CreateChildSa(sa.latest(), config, lane), nowNs);
        }
    }

    /** The peer has set up {@code first} and goes on with those that it wants; then it is our turn. */
    static void goOnLater(IkeSa sa, ChildSa first, IkeMessage request, long nowNs) {
        Child config = first.config();
        int last = wanted(sa, config) - 1;
        if (first.lane() == 0 && last > 0 && request.notifies(NotifyType.SA_RESOURCE_INFO)) {
            sa.latest().requests().addLater(new CreateChildSa(sa.latest(), config, last), nowNs + PEERS_TURN_NS);
        }
    }

    private static int firstFree(IkeSa sa, Child config) {
        int lane = 0;
        while (isTaken(sa, config, lane)) {
            lane++;
        }
        return lane;
    }

    private static int wanted(IkeSa sa, Child config) {
        return config.perCpuSas() == Child.ONE_PER_WORKER
                ? sa.environment().dataPlane().lanes()
                : config.perCpuSas();
    }

    // ---- the other side

    /**
     * The lane of what the peer asks for: 0 if it is an ordinary child or the first of several.
     *
     * @throws Refusal TS_MAX_QUEUE
     */
    static int of(IkeSa sa, Child config, IkeMessage request) throws Refusal {
        if (!request.notifies(NotifyType.SA_RESOURCE_INFO)) {
            return 0;
        }
        int lane = firstFree(sa, config);
        int most = config.perCpuSas() == Child.ONE_PER_WORKER ? MOST : Math.max(1, config.perCpuSas());
        if (lane >= most) {
            throw new Refusal(NotifyType.TS_MAX_QUEUE, "child %s has %d SAs side by side already".formatted(
                    config.name(), lane));
        }
        return lane;
    }
}

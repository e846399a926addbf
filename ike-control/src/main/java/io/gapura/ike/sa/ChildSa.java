package io.gapura.ike.sa;

import io.gapura.ike.DataPlane;
import io.gapura.ike.DataPlane.EspSa;
import io.gapura.ike.DataPlane.Selectors;
import io.gapura.ike.DataPlane.Use;
import io.gapura.ike.config.Child;
import io.gapura.ike.config.ChildLimits;
import io.gapura.ike.crypto.ChildKeys;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A pair of ESP SAs, in the data plane since it was made.
 *
 * <p>What replaces it shares its tunnel: the inbound SA is there first, then the tunnel sends by the new
 * outbound SA, and the old inbound one stays until nothing can be under way to it (RFC 7296 §2.8). Control
 * thread.
 */
public final class ChildSa {
    /** A peer that has asked for a rekey deletes the old child next. If it does not, we send by the new one anyway. */
    private static final long SWITCH_AFTER_NS = 2_000_000_000L;
    private static final double JITTER = 0.1;
    private static final long NOT_SENDING = -1;

    /** The life of a child SA. */
    public enum State {
        INSTALLED,
        /** Another has taken its place. */
        REKEYED,
        /** We have asked the peer to delete it. */
        DELETING,
        CLOSED
    }

    private final Environment environment;
    private final Child config;
    private final Selectors selectors;
    private final EspSuite suite;
    private final int spiIn;
    private final int spiOut;
    private final boolean inUdp;
    private final boolean transport;
    private final Tunnel tunnel;
    private final int lane;
    private final long bornNs;

    private State state = State.INSTALLED;
    private @Nullable ChildSa successor;
    /** Made at the peer's request, not sent by as long as the peer has not deleted this one. */
    private @Nullable ChildSa heir;
    private @Nullable EspSa waitingOutbound;
    private long switchAtNs;
    private boolean leftTunnel;
    private long outbound = NOT_SENDING;
    private long rekeyAtNs;

    private ChildSa(IkeSa sa, Agreement agreement, Selectors selectors, Tunnel tunnel, int lane, long nowNs) {
        this.environment = sa.environment();
        this.config = agreement.config();
        this.selectors = selectors;
        this.suite = agreement.suite();
        this.spiIn = agreement.spiIn();
        this.spiOut = agreement.spiOut();
        this.transport = agreement.transport();
        this.inUdp = sa.path().isNatPort();
        this.tunnel = tunnel;
        this.lane = lane;
        this.bornNs = nowNs;
        long rekeyNs = config.limits().rekeyTime().toNanos();
        this.rekeyAtNs = rekeyNs == 0
                ? IkeTimers.NEVER
                : nowNs + rekeyNs - (long) (rekeyNs * JITTER * environment.random().nextDouble());
    }

    /**
     * Installs the inbound SA and keeps the outbound one ready: see {@link #send}.
     *
     * @param self our role in the exchange that made it
     * @param old  to be replaced, or null
     */
    static ChildSa install(IkeSa sa, Agreement agreement, ChildKeys keys, Role self, @Nullable ChildSa old,
            long nowNs) {
        DataPlane dataPlane = sa.environment().dataPlane();
        Selectors selectors = new Selectors(sa.connection().name(), agreement.config().name(), agreement.local(),
                agreement.remote());
        Tunnel tunnel = Tunnel.join(dataPlane, selectors, old == null ? Lanes.mate(sa, agreement, selectors) : old);
        int wantedLane = old == null ? agreement.lane() : old.lane;
        int lane = tunnel.isShared() ? wantedLane : 0; // the first one of a tunnel serves all workers
        ChildSa child = new ChildSa(sa, agreement, selectors, tunnel, lane, nowNs);
        try (Secret inbound = keys.inbound(self)) {
            dataPlane.installInbound(child.spiIn, child.espSa(sa, inbound));
        }
        Secret outbound = keys.outbound(self);
        child.waitingOutbound = child.espSa(sa, outbound.slice(0, outbound.length()));
        child.switchAtNs = nowNs + SWITCH_AFTER_NS;
        return child;
    }

    private EspSa espSa(IkeSa sa, Secret keys) {
        return new EspSa(suite, keys, sa.local(), sa.remote(), inUdp, transport, selectors, config, tunnel.number(),
                lane);
    }

    /** From now on the tunnel sends by this SA. */
    void send() {
        EspSa ready = waitingOutbound;
        if (ready != null) {
            waitingOutbound = null;
            outbound = environment.dataPlane().installOutbound(tunnel.number(), spiOut, ready);
            ready.keys().close();
        }
    }

    void onTimer(long nowNs) {
        if (waitingOutbound != null && nowNs - switchAtNs >= 0) {
            send();
        }
    }

    boolean isDueForRekey(long nowNs) {
        return state == State.INSTALLED && nowNs >= rekeyAtNs;
    }

    boolean isAtEndOfLife(long nowNs) {
        long lifeNs = config.limits().lifeTime().toNanos();
        return state == State.INSTALLED && lifeNs != 0 && nowNs - bornNs >= lifeNs;
    }

    /** Asks for a rekey at this time, earlier or later than planned. */
    void rekeyAt(long timeNs) {
        rekeyAtNs = timeNs;
    }

    /** {@code other} is the one to send by; the peer will be asked, or asks, to delete this one. */
    void replacedBy(ChildSa other) {
        successor = other;
        state = state == State.CLOSED ? State.CLOSED : State.REKEYED;
        dropWaitingOutbound(); // if we have not sent by it yet, it is too late now
        other.send();
    }

    /** The peer has made {@code other} to replace this one, and will delete this one when it can receive by it. */
    void inheritedBy(ChildSa other) {
        heir = other;
        state = State.REKEYED;
    }

    /** {@code winner} came out of a simultaneous rekey instead of this one, RFC 7296 §2.8.1. */
    void yieldTo(ChildSa winner) {
        successor = winner;
        state = state == State.CLOSED ? State.CLOSED : State.REKEYED;
        dropWaitingOutbound();
    }

    boolean isReplaced() {
        return successor != null || heir != null;
    }

    void deleting() {
        state = State.DELETING;
    }

    /** Takes it out of the data plane: outbound at once, inbound when nothing can be under way any more. */
    void close(long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        sendNoMore();
        environment.retireInboundLater(spiIn, nowNs);
    }

    /** The peer will receive nothing more by it when it has our answer: its traffic goes by what the peer has made to replace it. */
    void sendNoMore() {
        if (successor == null && heir != null) {
            successor = heir;
            heir.send();
        }
        stopSending();
    }

    /** It is about to be deleted: nothing is sent by it any more, but what the peer still sends is taken. */
    void stopSending() {
        dropWaitingOutbound();
        if (outbound != NOT_SENDING) {
            environment.dataPlane().retireOutbound(outbound);
            outbound = NOT_SENDING;
        }
        if (!leftTunnel) {
            leftTunnel = true;
            tunnel.leave();
        }
    }

    private void dropWaitingOutbound() {
        if (waitingOutbound != null) {
            waitingOutbound.keys().close();
            waitingOutbound = null;
        }
    }

    /** What came in last counts as a sign of life of the peer. */
    public Use inboundUse() {
        return state == State.CLOSED ? Use.NONE : environment.dataPlane().inboundUse(spiIn);
    }

    public Use outboundUse() {
        return outbound == NOT_SENDING ? Use.NONE : environment.dataPlane().outboundUse(outbound);
    }

    public Child config() {
        return config;
    }

    public String name() {
        return config.name();
    }

    ChildLimits limits() {
        return config.limits();
    }

    public Selectors selectors() {
        return selectors;
    }

    public EspSuite suite() {
        return suite;
    }

    public int spiIn() {
        return spiIn;
    }

    public int spiOut() {
        return spiOut;
    }

    public boolean isInUdp() {
        return inUdp;
    }

    public boolean isTransport() {
        return transport;
    }

    Tunnel sharedTunnel() {
        return tunnel;
    }

    public int tunnel() {
        return tunnel.number();
    }

    /** Which of several side by side it is, see {@link Lanes}. */
    public int lane() {
        return lane;
    }

    public State state() {
        return state;
    }

    public long bornNs() {
        return bornNs;
    }

    public long rekeyAtNs() {
        return rekeyAtNs;
    }

    @Override
    public String toString() {
        return "%s{%08x in, %08x out}".formatted(name(), spiIn, spiOut);
    }
}

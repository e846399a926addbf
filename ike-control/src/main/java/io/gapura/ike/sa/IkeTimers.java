package io.gapura.ike.sa;

import io.gapura.ike.IkeSettings;
import io.gapura.ike.config.IkeTimes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an IKE SA does by the clock: renew itself, look whether the peer lives, keep NATs open, give up. */
final class IkeTimers {
    static final long NEVER = Long.MAX_VALUE;
    /** The share of its lifetime by which a proof is renewed before it ends. */
    private static final double EARLIER = 0.1;
    private static final long RETRY_NS = Duration.ofSeconds(5).toNanos();
    /** RFC 3948 §4. */
    private static final long KEEPALIVE_NS = Duration.ofSeconds(20).toNanos();
    /** How long a replaced IKE SA waits for the peer to delete it. */
    private static final long REKEYED_LIFE_NS = Duration.ofSeconds(60).toNanos();

    private final IkeSa sa;
    private long deadlineNs;
    private long lastHeardNs;
    private long nextKeepaliveNs;
    private long rekeyAtNs = NEVER;
    private long reauthAtNs = NEVER;
    private long endAtNs = NEVER;
    private long replacedAtNs = NEVER;
    private long proofEndsAtNs = NEVER;

    IkeTimers(IkeSa sa, long nowNs) {
        this.sa = sa;
        this.lastHeardNs = nowNs;
        this.deadlineNs = nowNs + IkeSettings.HALF_OPEN_LIFE.toNanos();
        this.nextKeepaliveNs = nowNs + KEEPALIVE_NS;
    }

    void heard(long nowNs) {
        lastHeardNs = nowNs;
    }

    void onEstablished(long nowNs) {
        rekeyAtNs = before(nowNs, times().rekey());
        endAtNs = after(nowNs, times().rekey());
        lastHeardNs = nowNs;
    }

    /** Both have proved who they are; whoever has begun does so again in time, and the other waits for it. */
    void onAuthenticated(long nowNs, @Nullable Resumed before) {
        reauthAtNs = sa.lineage().isOurs() ? before(nowNs, times().reauth()) : NEVER;
        proofEndsAtNs = after(nowNs, times().reauth());
        if (before != null && sa.lineage().isOurs()) {
            reauthAtNs = Math.min(reauthAtNs, before.proofEndsNs());
        } else if (before != null) {
            proofEndsAtNs = Math.min(proofEndsAtNs, before.proofEndsNs());
        }
    }

    long reauthAtNs() {
        return reauthAtNs;
    }

    long proofEndsAtNs() {
        return proofEndsAtNs;
    }

    /** The same proofs in an IKE SA with new keys. */
    void inherit(IkeTimers old) {
        reauthAtNs = old.reauthAtNs;
        proofEndsAtNs = old.proofEndsAtNs;
    }

    /** The peer takes our proof for good so long and no longer, RFC 4478. */
    void limitProof(Duration lifetime, long nowNs) {
        long lifeNs = lifetime.toNanos();
        reauthAtNs = Math.min(reauthAtNs, nowNs + lifeNs - (long) (lifeNs * EARLIER));
    }

    void reauthenticateAt(long timeNs) {
        reauthAtNs = timeNs;
    }

    /** There is another with the same peer: if there still is at this time, it goes. */
    void replaceLater(long timeNs) {
        replacedAtNs = Math.min(replacedAtNs, timeNs);
    }

    private IkeTimes times() {
        return sa.connection().options().times();
    }

    private long before(long nowNs, Duration period) {
        long randNs = (long) (times().rand().toNanos() * sa.environment().random().nextDouble());
        return period.isZero() ? NEVER : nowNs + period.toNanos() - randNs;
    }

    private long after(long nowNs, Duration period) {
        return period.isZero() ? NEVER : nowNs + period.plus(times().over()).toNanos();
    }

    void onChecking(long nowNs) {
        deadlineNs = nowNs + IkeSettings.HALF_OPEN_LIFE.toNanos();
    }

    void onRekeyed(long nowNs) {
        deadlineNs = nowNs + REKEYED_LIFE_NS;
    }

    void rekeySoon(long nowNs) {
        rekeyAtNs = nowNs + RETRY_NS;
    }

    long rekeyAtNs() {
        return rekeyAtNs;
    }

    void onTimer(long nowNs) {
        switch (sa.state()) {
            case HALF_OPEN, CHECKING, REKEYED -> giveUpInTime(nowNs);
            case ESTABLISHED -> keep(nowNs);
            case CONNECTING, AUTHENTICATING, DELETING, CLOSED -> {
            }
        }
    }

    private void giveUpInTime(long nowNs) {
        if (nowNs - deadlineNs >= 0) {
            sa.close(sa.state() == IkeState.REKEYED ? Closure.REPLACED : Closure.FAILED, nowNs);
        }
    }

    private void keep(long nowNs) {
        for (ChildSa child : sa.children()) {
            child.onTimer(nowNs);
            if (child.isAtEndOfLife(nowNs)) {
                sa.delete(child, nowNs);
            } else if (child.isDueForRekey(nowNs)) {
                sa.rekey(child, nowNs);
            }
        }
        if (renewOrEnd(nowNs)) {
            return;
        }
        if (sa.isBehindNat() && nowNs - nextKeepaliveNs >= 0) {
            nextKeepaliveNs = nowNs + KEEPALIVE_NS;
            sa.sendKeepalive();
        }
        lookForPeer(nowNs);
    }

    /** Whether it has ended. */
    private boolean renewOrEnd(long nowNs) {
        if (nowNs >= Math.min(endAtNs, proofEndsAtNs)) {
            sa.log("the IKE SA has not been renewed in time: it ends");
            sa.deleteAs(Closure.EXPIRED, nowNs);
            return true;
        }
        if (nowNs >= replacedAtNs) {
            replacedAtNs = NEVER;
            if (!sa.environment().isOnlyContact(sa)) {
                sa.log("the peer has another IKE SA: this one ends");
                sa.deleteAs(Closure.REPLACED, nowNs);
                return true;
            }
        }
        if (sa.requests().isIdle()) {
            sa.lineage().onComplete(sa, nowNs);
        }
        if (nowNs >= reauthAtNs) {
            reauthAtNs = NEVER;
            Reauthentication.begin(sa, nowNs);
        } else if (nowNs >= rekeyAtNs) {
            rekeyAtNs = nowNs + times().rekey().toNanos();
            sa.rekey(nowNs);
        }
        return sa.state() != IkeState.ESTABLISHED;
    }

    /** RFC 7296 §2.4: ask only a peer that has been silent, in IKE and ESP. */
    private void lookForPeer(long nowNs) {
        long delayNs = sa.connection().options().dpdDelay().toNanos();
        if (delayNs == 0 || nowNs - lastHeardNs < delayNs || !sa.requests().isIdle()) {
            return;
        }
        for (ChildSa child : sa.children()) {
            long lastNs = child.inboundUse().lastNs();
            if (lastNs != 0 && lastNs - lastHeardNs > 0) {
                lastHeardNs = lastNs;
            }
        }
        if (nowNs - lastHeardNs >= delayNs) {
            lastHeardNs = nowNs;
            sa.requests().add(new Informational.Liveness(), nowNs);
        }
    }
}

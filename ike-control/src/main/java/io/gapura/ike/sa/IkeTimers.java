package io.gapura.ike.sa;

import io.gapura.ike.IkeSettings;
import java.time.Duration;

/** What an IKE SA does by the clock: rekey, look whether the peer lives, keep NATs open, give up. */
final class IkeTimers {
    private static final double JITTER = 0.1;
    private static final long RETRY_NS = Duration.ofSeconds(5).toNanos();
    /** RFC 3948 §4. */
    private static final long KEEPALIVE_NS = Duration.ofSeconds(20).toNanos();
    /** How long a replaced IKE SA waits for the peer to delete it. */
    private static final long REKEYED_LIFE_NS = Duration.ofSeconds(60).toNanos();

    private final IkeSa sa;
    private long deadlineNs;
    private long lastHeardNs;
    private long nextKeepaliveNs;
    private long rekeyAtNs = Long.MAX_VALUE;

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
        long rekeyNs = sa.connection().options().rekeyTime().toNanos();
        rekeyAtNs = nowNs + rekeyNs - (long) (rekeyNs * JITTER * sa.environment().random().nextDouble());
        lastHeardNs = nowNs;
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
        if (nowNs - rekeyAtNs >= 0) {
            rekeyAtNs = nowNs + sa.connection().options().rekeyTime().toNanos();
            sa.rekey(nowNs);
        }
        if (sa.isBehindNat() && nowNs - nextKeepaliveNs >= 0) {
            nextKeepaliveNs = nowNs + KEEPALIVE_NS;
            sa.sendKeepalive();
        }
        lookForPeer(nowNs);
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

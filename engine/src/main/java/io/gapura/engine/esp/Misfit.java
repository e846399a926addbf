package io.gapura.engine.esp;

import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv6Header;

/** What becomes of a packet that is too big for its SA, RFC 4301 §8.1. */
public enum Misfit {
    /** It is cut before it is encrypted, so that the peer need not put ESP together. */
    CUT_INSIDE,
    /** Its ESP is cut: it may not be cut itself, but its sender cannot or need not send less. */
    CUT_OUTSIDE,
    /** Its sender is told. */
    REFUSED;

    /**
     * Transport mode protects whole datagrams, RFC 4301 §4.1: what may be cut is cut behind it. Nobody sends less of IPv6 than
     * {@value Ipv6Header#LEAST_MTU} bytes, whatever he is told: a tunnel has to carry them, RFC 2473 §7.1.
     */
    public static Misfit of(OutboundSa sa, long ip) {
        if (IpHeader.dontFragment(ip)) {
            boolean least = !IpHeader.isIpv4(ip) && Ipv6Header.totalLength(ip) <= Ipv6Header.LEAST_MTU;
            return least ? CUT_OUTSIDE : REFUSED;
        }
        return sa.transport ? CUT_OUTSIDE : CUT_INSIDE;
    }
}

package io.gapura.engine.spd;

import java.util.List;

/**
 * An immutable snapshot of the security policy database (RFC 4301 §4.4.1), published to the workers whole.
 * Lookups allocate nothing and may run on any thread.
 *
 * <p>A lookup answers with a decision: a tunnel slot, 0 or more, of the {@link Action#PROTECT}
 * entry that decides, or {@link #BYPASS}, {@link #DISCARD} or {@link #NO_POLICY}.
 */
public final class Spd {
    public static final int BYPASS = -1;
    public static final int DISCARD = -2;
    /** No entry matches: the packet is dropped, as RFC 4301 §4.4.1 demands at the end of every SPD. */
    public static final int NO_POLICY = -3;

    private static final Spd EMPTY = compile(List.of());

    private final List<Policy> policies;
    private final Classifier outboundIpv4;
    private final Classifier outboundIpv6;
    private final Classifier inboundIpv4;
    private final Classifier inboundIpv6;

    private Spd(List<Policy> policies) {
        this.policies = policies;
        boolean symmetric = policies.stream().allMatch(policy -> policy.direction() == Direction.BOTH);
        outboundIpv4 = Classifier.of(true, policies, Direction.OUTBOUND);
        outboundIpv6 = Classifier.of(false, policies, Direction.OUTBOUND);
        inboundIpv4 = symmetric ? outboundIpv4 : Classifier.of(true, policies, Direction.INBOUND);
        inboundIpv6 = symmetric ? outboundIpv6 : Classifier.of(false, policies, Direction.INBOUND);
    }

    /** Compiles {@code policies}, of which the first that matches a packet decides. Control thread. */
    public static Spd compile(List<Policy> policies) {
        return new Spd(List.copyOf(policies));
    }

    /** Without policies: drops everything. */
    public static Spd empty() {
        return EMPTY;
    }

    public List<Policy> policies() {
        return policies;
    }

    /** The decision about a packet from the protected network. */
    public int outbound(Flow flow) {
        return outboundOf(flow).decide(flow);
    }

    /** Reads what {@link #outbound} will need, so that many packets' lookups wait for memory together. The sum means nothing. */
    public long touchOutbound(Flow flow) {
        return outboundOf(flow).touch(flow);
    }

    /** The decision about a packet that came from the unprotected network in clear text: a tunnel slot means that it must not. */
    public int inboundClear(Flow flow) {
        return inboundOf(flow).decide(flow);
    }

    /** The index in {@link #policies} of the entry that decides about a packet from the protected network, or -1. */
    public int outboundEntry(Flow flow) {
        return outboundOf(flow).entry(flow);
    }

    /** As {@link #outboundEntry}, for clear text from the unprotected network. */
    public int inboundEntry(Flow flow) {
        return inboundOf(flow).entry(flow);
    }

    private Classifier outboundOf(Flow flow) {
        return flow.isIpv4() ? outboundIpv4 : outboundIpv6;
    }

    private Classifier inboundOf(Flow flow) {
        return flow.isIpv4() ? inboundIpv4 : inboundIpv6;
    }
}

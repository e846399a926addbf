package io.gapura.engine.spd;

import java.util.List;

/**
 * An immutable snapshot of the security policy database (RFC 4301 §4.4.1), published to the workers whole.
 * Lookups allocate nothing and may run on any thread.
 *
 * <p>Addresses, protocol and ports are as in the packet, ports {@link PortRange#OPAQUE_PORT} where they are
 * not visible. A lookup answers with a decision: a tunnel slot, 0 or more, of the {@link Action#PROTECT}
 * entry that decides, or {@link #BYPASS}, {@link #DISCARD} or {@link #NO_POLICY}.
 */
public final class Spd {
    public static final int BYPASS = -1;
    public static final int DISCARD = -2;
    /** No entry matches: the packet is dropped, as RFC 4301 §4.4.1 demands at the end of every SPD. */
    public static final int NO_POLICY = -3;

    private static final Spd EMPTY = compile(List.of());

    private final List<Policy> policies;
    private final Classifier outbound;
    private final Classifier inbound;

    private Spd(List<Policy> policies, Classifier outbound, Classifier inbound) {
        this.policies = policies;
        this.outbound = outbound;
        this.inbound = inbound;
    }

    /** Compiles {@code policies}, of which the first that matches a packet decides. Control thread. */
    public static Spd compile(List<Policy> policies) {
        List<Policy> ordered = List.copyOf(policies);
        Classifier outbound = Classifier.of(ordered, Direction.OUTBOUND);
        boolean symmetric = ordered.stream().allMatch(policy -> policy.direction() == Direction.BOTH);
        return new Spd(ordered, outbound, symmetric ? outbound : Classifier.of(ordered, Direction.INBOUND));
    }

    /** Without policies: drops everything. */
    public static Spd empty() {
        return EMPTY;
    }

    public List<Policy> policies() {
        return policies;
    }

    /** The decision about a packet from the protected network. */
    public int outbound(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return outbound.decide(source, destination, protocol, sourcePort, destinationPort);
    }

    /** Reads what {@link #outbound} will need, so that many packets' lookups wait for memory together. The sum means nothing. */
    public long touchOutbound(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return outbound.touch(source, destination, protocol, sourcePort, destinationPort);
    }

    /** The decision about a packet that came from the unprotected network in clear text: a tunnel slot means that it must not. */
    public int inboundClear(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return inbound.decide(destination, source, protocol, destinationPort, sourcePort);
    }

    /** The index in {@link #policies} of the entry that decides about a packet from the protected network, or -1. */
    public int outboundEntry(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return outbound.entry(source, destination, protocol, sourcePort, destinationPort);
    }

    /** As {@link #outboundEntry}, for clear text from the unprotected network. */
    public int inboundEntry(int source, int destination, int protocol, int sourcePort, int destinationPort) {
        return inbound.entry(destination, source, protocol, destinationPort, sourcePort);
    }
}

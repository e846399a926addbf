package io.gapura.ike;

import io.gapura.ike.DataPlane.Use;
import io.gapura.ike.message.Role;
import io.gapura.ike.sa.ChildSa;
import io.gapura.ike.sa.IkeSa;
import io.gapura.ike.sa.IkeState;
import io.gapura.ike.sa.TrafficSelectors;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An IKE SA as operators see it, at one moment.
 *
 * @param suite       in swanctl's words; empty before it is agreed on
 * @param ppk         whether a post-quantum pre-shared key is mixed into its keys
 * @param handshakeNs from the first message to being established; 0 if it is not, or came out of a rekey
 * @param ageNs       since it was established, or begun
 * @param rekeyInNs   until it is rekeyed; 0 if it is not established
 */
public record IkeSaStatus(String connection, IkeState state, boolean initiator, long initiatorSpi, long responderSpi,
        InetSocketAddress local, InetSocketAddress remote, String localId, String remoteId, String suite,
        boolean ppk, boolean behindNat, boolean peerBehindNat, long handshakeNs, long ageNs, long rekeyInNs,
        List<ChildStatus> children) {

    /**
     * A child SA at one moment.
     *
     * @param ah       whether it is AH, or else ESP
     * @param inUdp    whether its ESP is in UDP
     * @param transport whether it is in transport mode, or else a tunnel
     * @param localTs  in swanctl's words
     * @param remoteTs in swanctl's words
     * @param lane     which of several side by side, RFC 9611; {@link #NO_LANE} if it is alone
     */
    public record ChildStatus(String name, ChildSa.State state, int spiIn, int spiOut, String suite, boolean ah,
            boolean esn,
            boolean inUdp, boolean transport, String localTs, String remoteTs, Use in, Use out, long ageNs,
            long rekeyInNs, int lane) {
        public static final int NO_LANE = -1;

        static ChildStatus of(ChildSa child, long nowNs) {
            return new ChildStatus(child.name(), child.state(), child.spiIn(), child.spiOut(),
                    child.suite().toString(), child.suite().isAh(), child.suite().esn(), child.isInUdp(),
                    child.isTransport(),
                    TrafficSelectors.words(child.selectors().local()),
                    TrafficSelectors.words(child.selectors().remote()), child.inboundUse(), child.outboundUse(),
                    nowNs - child.bornNs(), until(child.rekeyAtNs(), nowNs),
                    child.config().isPerCpu() ? child.lane() : NO_LANE);
        }
    }

    static IkeSaStatus of(IkeSa sa, long nowNs) {
        boolean established = sa.state() == IkeState.ESTABLISHED;
        long sinceNs = sa.establishedNs() == 0 ? sa.bornNs() : sa.establishedNs();
        return new IkeSaStatus(sa.connection().name(), sa.state(),
                sa.role() == Role.INITIATOR, sa.spis().initiator(), sa.spis().responder(),
                sa.local(), sa.remote(), sa.connection().localId().toString(), sa.remoteId().toString(),
                sa.suite() == null ? "" : String.valueOf(sa.suite()), sa.hasPpk(), sa.isBehindNat(),
                sa.isPeerBehindNat(),
                sa.establishedNs() == 0 ? 0 : sa.establishedNs() - sa.bornNs(), nowNs - sinceNs,
                established ? until(sa.rekeyAtNs(), nowNs) : 0,
                sa.children().stream().map(child -> ChildStatus.of(child, nowNs)).toList());
    }

    /** Zero for what never happens, too. */
    private static long until(long atNs, long nowNs) {
        return atNs == Long.MAX_VALUE ? 0 : Math.max(0, atNs - nowNs);
    }
}

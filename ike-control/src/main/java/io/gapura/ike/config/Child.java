package io.gapura.ike.config;

import io.gapura.ike.crypto.Proposals;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.TrafficSelector;
import java.util.List;

/**
 * A child SA that a connection may have: {@code children.<name>} of the configuration.
 *
 * @param localTs      our traffic selectors
 * @param remoteTs     the peer's
 * @param espProposals without SPIs, in order of preference; all of AH where that is what protects it
 * @param dpdAction    when the peer is found dead
 * @param closeAction  when the peer deletes it
 * @param replayWindow packets, 32 to 65536
 * @param wrapping     what its packets look like from outside
 * @param perCpuSas    how many SAs it has side by side, RFC 9611; 0 for one that knows nothing of that, or
 *                     {@link #ONE_PER_WORKER}
 * @param mode         what it carries; the peer may make a tunnel of transport mode
 */
public record Child(String name, List<TrafficSelector> localTs, List<TrafficSelector> remoteTs,
        List<Proposal> espProposals, StartAction startAction, DpdAction dpdAction, DpdAction closeAction,
        ChildLimits limits, int replayWindow, Wrapping wrapping,
        int perCpuSas, Mode mode) {
    public static final int DEFAULT_REPLAY_WINDOW = 1024;
    /** Of {@link #perCpuSas}. */
    public static final int ONE_PER_WORKER = -1;

    public Child {
        localTs = List.copyOf(localTs);
        remoteTs = List.copyOf(remoteTs);
        espProposals = List.copyOf(espProposals);
        if (localTs.isEmpty() || remoteTs.isEmpty()) {
            throw new IllegalArgumentException("child " + name + " has no traffic selectors");
        }
        if (espProposals.isEmpty()) {
            throw new IllegalArgumentException("child " + name + " has no proposals");
        }
    }

    /** With the defaults for all that is not named. */
    public static Child of(String name, TrafficSelector local, TrafficSelector remote) {
        return new Child(name, List.of(local), List.of(remote), Proposals.esp(List.of()), StartAction.NONE,
                DpdAction.CLEAR, DpdAction.CLEAR, ChildLimits.DEFAULT, DEFAULT_REPLAY_WINDOW, Wrapping.DEFAULT, 0,
                Mode.TUNNEL);
    }

    /** Whether AH protects it, or else ESP. */
    public boolean isAh() {
        return espProposals.getFirst().protocol().equals(Protocol.AH);
    }

    /** Whether it takes part in RFC 9611. */
    public boolean isPerCpu() {
        return perCpuSas != 0;
    }

    public Child withPerCpuSas(int count) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, dpdAction, closeAction, limits,
                replayWindow, wrapping, count, mode);
    }

    public Child withEspProposals(List<Proposal> proposals) {
        return new Child(name, localTs, remoteTs, proposals, startAction, dpdAction, closeAction, limits,
                replayWindow, wrapping, perCpuSas, mode);
    }

    public Child withStartAction(StartAction action) {
        return new Child(name, localTs, remoteTs, espProposals, action, dpdAction, closeAction, limits,
                replayWindow, wrapping, perCpuSas, mode);
    }

    public Child withDpdAction(DpdAction action) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, action, closeAction, limits,
                replayWindow, wrapping, perCpuSas, mode);
    }

    public Child withCloseAction(DpdAction action) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, dpdAction, action, limits,
                replayWindow, wrapping, perCpuSas, mode);
    }

    public Child withLimits(ChildLimits newLimits) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, dpdAction, closeAction, newLimits,
                replayWindow, wrapping, perCpuSas, mode);
    }

    public Child withMode(Mode newMode) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, dpdAction, closeAction, limits,
                replayWindow, wrapping, perCpuSas, newMode);
    }

    public Child withWrapping(Wrapping newWrapping) {
        return new Child(name, localTs, remoteTs, espProposals, startAction, dpdAction, closeAction, limits,
                replayWindow, newWrapping, perCpuSas, mode);
    }

    /** As it is towards a peer that accepts no padding against traffic analysis, RFC 7296 §1.3.1. */
    public Child unpadded() {
        return wrapping.padTo() == 0 ? this : withWrapping(wrapping.unpadded());
    }
}

package io.gapura.ike.sa;

import java.util.EnumSet;
import java.util.Set;

/** The life of an IKE SA. {@link #next} is the table of transitions. */
public enum IkeState {
    /** We have sent IKE_SA_INIT. */
    CONNECTING,
    /** We have answered IKE_SA_INIT; the peer has yet to prove who it is. */
    HALF_OPEN,
    /** We have sent IKE_AUTH. */
    AUTHENTICATING,
    /** A proof is being made or looked at; until that has ended nothing goes on. */
    CHECKING,
    ESTABLISHED,
    /** Its children belong to a successor; it waits to be deleted. */
    REKEYED,
    /** We have asked the peer to delete it. */
    DELETING,
    CLOSED;

    /** Whether both sides have proved who they are. */
    boolean isAuthenticated() {
        return switch (this) {
            case ESTABLISHED, REKEYED, DELETING -> true;
            case CONNECTING, HALF_OPEN, AUTHENTICATING, CHECKING, CLOSED -> false;
        };
    }

    Set<IkeState> next() {
        return switch (this) {
            case CONNECTING -> EnumSet.of(AUTHENTICATING, CLOSED);
            case HALF_OPEN -> EnumSet.of(CHECKING, CLOSED);
            case AUTHENTICATING -> EnumSet.of(CHECKING, DELETING, CLOSED);
            case CHECKING -> EnumSet.of(AUTHENTICATING, ESTABLISHED, DELETING, CLOSED);
            case ESTABLISHED -> EnumSet.of(REKEYED, DELETING, CLOSED);
            case REKEYED -> EnumSet.of(DELETING, CLOSED);
            case DELETING -> EnumSet.of(CLOSED);
            case CLOSED -> EnumSet.noneOf(IkeState.class);
        };
    }
}

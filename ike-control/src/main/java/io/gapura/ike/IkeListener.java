package io.gapura.ike;

/** Told of what comes and goes. Control thread; must not call back. */
public interface IkeListener {
    /** Listens to nothing. */
    IkeListener NONE = new IkeListener() {
    };

    default void onIkeUp(IkeSaStatus ikeSa) {
    }

    /** It is gone, for this reason. */
    default void onIkeDown(IkeSaStatus ikeSa, String reason) {
    }

    /** A child that was asked for is not coming up; {@code child} may be empty if the whole IKE SA is not. */
    default void onFailed(String connection, String child, String reason) {
    }
}

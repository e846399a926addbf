package io.gapura.ike.auth;

/** What the peer has said that it can check. */
public record Abilities() {
    /** It has said nothing. */
    public static final Abilities NONE = new Abilities();
}

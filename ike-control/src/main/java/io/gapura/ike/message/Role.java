package io.gapura.ike.message;

/** Who began: of an IKE SA the original initiator (RFC 7296 §2.2), of an exchange the one who sent the request. */
public enum Role {
    INITIATOR,
    RESPONDER;

    public Role opposite() {
        return this == INITIATOR ? RESPONDER : INITIATOR;
    }
}

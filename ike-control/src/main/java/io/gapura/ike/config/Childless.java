package io.gapura.ike.config;

/** Whether an IKE SA is set up without a child SA in IKE_AUTH, RFC 6023; as in swanctl. */
public enum Childless {
    /** The peer may; we begin with a child. */
    ALLOW,
    /** We do so too, if the peer says that it may be done. */
    PREFER,
    /** Nothing else. */
    FORCE,
    /** Neither. */
    NEVER
}

package io.gapura.engine.port;

/** Which side of the IPsec boundary a port faces, RFC 4301 §4.4. */
public enum PortRole {
    /** Towards the private network: what arrives here is to be encrypted, bypassed or discarded. */
    PROTECTED,
    /** Towards the peers: what arrives here is ESP, or must be allowed in clear text. */
    UNPROTECTED
}

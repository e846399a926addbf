package io.gapura.ike.auth;

import io.gapura.ike.message.Secret;

/** Who the two sides of a connection are and how each proves it: {@code local} and {@code remote} of the configuration. */
public record Authentication(Local local, Remote remote) {
    /** Who we are, and how we prove it. */
    public record Local(Identity id, Credential credential) {
        public Local {
            if (id.isPattern()) {
                throw new IllegalArgumentException("our own identity cannot be " + id + ", which stands for many");
            }
        }
    }

    /** Who the peer may be, and what counts as proof. */
    public record Remote(Identity id, Trust trust) {}

    /** Whether either side proves itself by a signature. */
    public boolean hasSignatures() {
        return !(local.credential instanceof PreSharedKey && remote.trust instanceof PreSharedKey);
    }

    /** Both know the same secret. */
    public static Authentication byKey(Identity localId, Identity remoteId, Secret secret) {
        PreSharedKey key = new PreSharedKey(secret);
        return new Authentication(new Local(localId, key), new Remote(remoteId, key));
    }
}

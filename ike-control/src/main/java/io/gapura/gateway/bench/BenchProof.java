package io.gapura.gateway.bench;

import io.gapura.gateway.pki.NewKey;
import org.jspecify.annotations.Nullable;

/** How both ends of the benched tunnels prove who they are: by a secret, or by certificates with keys of this kind. */
public enum BenchProof {
    PSK(null),
    ED25519(NewKey.ED25519),
    ECDSA_256(NewKey.ECDSA_256),
    ECDSA_384(NewKey.ECDSA_384),
    RSA_2048(NewKey.RSA_2048),
    RSA_3072(NewKey.RSA_3072);

    private final @Nullable NewKey key;

    BenchProof(@Nullable NewKey key) {
        this.key = key;
    }

    /** Null without certificates. */
    @Nullable
    NewKey key() {
        return key;
    }
}

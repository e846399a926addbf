package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import org.jspecify.annotations.Nullable;

/** From nonces and a shared secret to keys, RFC 7296 §2.14, §2.17, §2.18. */
public final class KeySchedule {
    private KeySchedule() {
    }

    /** SKEYSEED = prf(Ni | Nr, g^ir), then the keys of a new IKE SA. */
    public static IkeKeys initial(IkeSuite suite, Secret shared, Nonces nonces, IkeSpis spis) {
        Bytes key = Bytes.concat(nonces.initiator(), nonces.responder());
        try (Secret skeyseed = suite.prf().extract(key.toArray(), shared)) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /**
     * SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr) with the old SA's PRF, then the keys by the new suite.
     *
     * @param spis of the new IKE SA
     */
    public static IkeKeys rekeyed(Prf oldPrf, Secret oldD, IkeSuite suite, Secret shared, Nonces nonces,
            IkeSpis spis) {
        try (Secret skeyseed = oldD.use(d -> oldPrf.extract(d, shared, nonces.initiator(), nonces.responder()))) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /** {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr). */
    private static IkeKeys keys(IkeSuite suite, Secret skeyseed, Nonces nonces, IkeSpis spis) {
        int p = suite.prf().outputBytes();
        int a = suite.integrityKeyBytes();
        int e = suite.encryptionKeyBytes();
        Bytes seed = Bytes.concat(nonces.initiator(), nonces.responder(), spis.bytes());
        try (Secret seedBytes = Secret.copyOf(seed);
                Secret all = suite.prf().expand(skeyseed, seedBytes, 3 * p + 2 * a + 2 * e)) {
            Cutter cutter = new Cutter(all);
            return new IkeKeys(cutter.take(p), cutter.take(a), cutter.take(a), cutter.take(e), cutter.take(e),
                    cutter.take(p), cutter.take(p));
        }
    }

    /**
     * KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr), first the direction from the exchange's initiator.
     *
     * @param shared of the child's own key exchange, null without one
     * @param nonces of the exchange that makes the child
     */
    public static ChildKeys child(Prf prf, Secret d, EspSuite suite, @Nullable Secret shared, Nonces nonces) {
        int bytes = suite.keyMaterialBytes();
        try (Secret seed = childSeed(shared, nonces); Secret all = prf.expand(d, seed, 2 * bytes)) {
            Cutter cutter = new Cutter(all);
            return new ChildKeys(cutter.take(bytes), cutter.take(bytes));
        }
    }

    private static Secret childSeed(@Nullable Secret shared, Nonces nonces) {
        Bytes both = Bytes.concat(nonces.initiator(), nonces.responder());
        int sharedBytes = shared == null ? 0 : shared.length();
        byte[] seed = new byte[sharedBytes + both.length()];
        if (shared != null) {
            shared.copyTo(seed, 0);
        }
        both.copyTo(seed, sharedBytes);
        return Secret.adopt(seed);
    }

    /** Cuts key material into keys, front to back. */
    private static final class Cutter {
        private final Secret all;
        private int position;

        Cutter(Secret all) {
            this.all = all;
        }

        Secret take(int bytes) {
            Secret part = all.slice(position, position + bytes);
            position += bytes;
            return part;
        }
    }
}

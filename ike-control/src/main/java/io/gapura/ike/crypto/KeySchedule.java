package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;

/** From nonces and shared secrets to keys, RFC 7296 §2.14, §2.17, §2.18, RFC 9370 §2.2. */
public final class KeySchedule {
    public static final int PPK_CONFIRMATION_BYTES = 8;

    private KeySchedule() {
    }

    /** SKEYSEED = prf(Ni | Nr, g^ir), then the keys of a new IKE SA. */
    public static IkeKeys initial(IkeSuite suite, Secret shared, Nonces nonces, IkeSpis spis) {
        try (Secret skeyseed = suite.prf().extract(suite.prf().nonceKey(nonces), shared)) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /**
     * SKEYSEED = prf(SK_d (so far), SK(n) | Ni | Nr), then the keys after a further key exchange in IKE_INTERMEDIATE,
     * RFC 9370 §2.2.2.
     */
    public static IkeKeys strengthened(IkeSuite suite, Secret d, Secret shared, Nonces nonces, IkeSpis spis) {
        try (Secret skeyseed = d.use(
                value -> suite.prf().extract(value, shared, nonces.initiator(), nonces.responder()))) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /**
     * SKEYSEED = prf+(PPK, SK_d (so far)), as long as a key of the PRF; then all keys anew, with a post-quantum pre-shared key
     * mixed in by IKE_INTERMEDIATE, RFC 9867 §3.1.
     */
    public static IkeKeys withPpk(IkeSuite suite, Secret d, Secret ppk, Nonces nonces, IkeSpis spis) {
        try (Secret skeyseed = suite.prf().expand(ppk, d, suite.prf().outputBytes())) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /** The first 8 bytes of prf(PPK, Ni | Nr | SPIi | SPIr): whether both have the same key under one name, RFC 9867 §3.1. */
    public static Bytes ppkConfirmation(Prf prf, Secret ppk, Nonces nonces, IkeSpis spis) {
        return prf.mac(ppk, nonces.initiator(), nonces.responder(), spis.bytes()).slice(0, PPK_CONFIRMATION_BYTES);
    }

    /** SKEYSEED = prf(SK_d (old), "Resumption" | Ni | Nr), then the keys of a resumed IKE SA, RFC 5723 §5.1. */
    public static IkeKeys resumed(IkeSuite suite, Secret oldD, Nonces nonces, IkeSpis spis) {
        try (Secret label = Secret.ofUtf8("Resumption");
                Secret skeyseed = oldD.use(
                        value -> suite.prf().extract(value, label, nonces.initiator(), nonces.responder()))) {
            return keys(suite, skeyseed, nonces, spis);
        }
    }

    /**
     * SKEYSEED = prf(SK_d (old), SK(0) | Ni | Nr | SK(1) | …) with the old SA's PRF, then the keys by the new suite.
     *
     * @param spis of the new IKE SA
     */
    public static IkeKeys rekeyed(Prf oldPrf, Secret oldD, IkeSuite suite, SharedSecrets secrets, Nonces nonces,
            IkeSpis spis) {
        try (Secret skeyseed = oldPrf.extract(oldD, secrets, nonces)) {
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
     * KEYMAT = prf+(SK_d, [SK(0) |] Ni | Nr [| SK(1) | …]), first the direction from the exchange's initiator.
     *
     * @param secrets of the child's own key exchanges, empty without any
     * @param nonces of the exchange that makes the child
     */
    public static ChildKeys child(Prf prf, Secret d, EspSuite suite, SharedSecrets secrets, Nonces nonces) {
        int bytes = suite.keyMaterialBytes();
        try (Secret seed = secrets.seed(nonces); Secret all = prf.expand(d, seed, 2 * bytes)) {
            Cutter cutter = new Cutter(all);
            return new ChildKeys(cutter.take(bytes), cutter.take(bytes));
        }
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

package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.Arrays;

/** Pseudo-random functions; their preferred key is as long as their output. */
public enum Prf implements Algorithm {
    /** RFC 4868. */
    HMAC_SHA2_256("prfsha256", 5, 32),
    HMAC_SHA2_384("prfsha384", 6, 48),
    HMAC_SHA2_512("prfsha512", 7, 64),
    /** RFC 2104. */
    HMAC_SHA1("prfsha1", 2, 20),
    /** RFC 4434. */
    AES128_XCBC("prfaesxcbc", 4, 16),
    /** RFC 4615. */
    AES128_CMAC("prfaescmac", 8, 16);

    /** The counter of prf+ is one byte, RFC 7296 §2.13. */
    private static final int MAX_BLOCKS = 255;

    /** Of each nonce, where a PRF of fixed key length has to be keyed by both, RFC 7296 §2.14. */
    private static final int HALF_KEY_BYTES = 8;

    private final String keyword;
    private final int id;
    private final int outputBytes;

    Prf(String keyword, int id, int outputBytes) {
        this.keyword = keyword;
        this.id = id;
        this.outputBytes = outputBytes;
    }

    @Override
    public Transform transform() {
        return Transform.of(TransformType.PRF, id);
    }

    @Override
    public String keyword() {
        return keyword;
    }

    public int outputBytes() {
        return outputBytes;
    }

    /** What keys SKEYSEED: both nonces, or as much of each as a PRF of fixed key length takes, RFC 7296 §2.14. */
    byte[] nonceKey(Nonces nonces) {
        boolean fixed = this == AES128_XCBC || this == AES128_CMAC;
        return fixed
                ? Bytes.concat(nonces.initiator().slice(0, HALF_KEY_BYTES),
                        nonces.responder().slice(0, HALF_KEY_BYTES)).toArray()
                : Bytes.concat(nonces.initiator(), nonces.responder()).toArray();
    }

    /** prf(key, parts one after the other). */
    public Bytes mac(Secret key, Bytes... parts) {
        KeyedMac mac = key.use(this::keyed);
        for (Bytes part : parts) {
            mac.update(part);
        }
        return Bytes.copyOf(mac.finish());
    }

    /** prf(key, secret | parts), where the key need not be secret: for SKEYSEED, RFC 7296 §2.14. */
    Secret extract(byte[] key, Secret secret, Bytes... parts) {
        KeyedMac mac = keyed(key);
        update(mac, secret);
        for (Bytes part : parts) {
            mac.update(part);
        }
        return Secret.adopt(mac.finish());
    }

    /** prf(key, first | nonces | others): for SKEYSEED of an IKE SA that is rekeyed, RFC 9370 §2.2.4. */
    Secret extract(Secret key, SharedSecrets secrets, Nonces nonces) {
        try (Secret seed = secrets.seed(nonces)) {
            return key.use(value -> extract(value, seed));
        }
    }

    private static void update(KeyedMac mac, Secret secret) {
        secret.use(value -> {
            mac.update(value);
            return value.length;
        });
    }

    /** prf+(key, seed): T1 | T2 | …, T<i>n</i> = prf(key, T<i>n-1</i> | seed | <i>n</i>), RFC 7296 §2.13. */
    public Secret expand(Secret key, Secret seed, int length) {
        if (length > MAX_BLOCKS * outputBytes) {
            throw new IllegalArgumentException("prf+ ends before " + length + " bytes");
        }
        byte[] output = new byte[length];
        byte[] seedBytes = seed.toArray();
        KeyedMac mac = key.use(this::keyed);
        byte[] block = new byte[0];
        for (int at = 0, counter = 1; at < length; at += outputBytes, counter++) {
            mac.update(block);
            mac.update(seedBytes);
            mac.update(new byte[] {(byte) counter});
            Arrays.fill(block, (byte) 0);
            block = mac.finish();
            System.arraycopy(block, 0, output, at, Math.min(outputBytes, length - at));
        }
        Arrays.fill(block, (byte) 0);
        Arrays.fill(seedBytes, (byte) 0);
        return Secret.adopt(output);
    }

    private KeyedMac keyed(byte[] key) {
        return switch (this) {
            case HMAC_SHA2_256 -> KeyedMac.Hmac.of("HmacSHA256", key);
            case HMAC_SHA2_384 -> KeyedMac.Hmac.of("HmacSHA384", key);
            case HMAC_SHA2_512 -> KeyedMac.Hmac.of("HmacSHA512", key);
            case HMAC_SHA1 -> KeyedMac.Hmac.of("HmacSHA1", key);
            case AES128_XCBC -> AesMac.xcbc(key);
            case AES128_CMAC -> AesMac.cmac(key);
        };
    }
}

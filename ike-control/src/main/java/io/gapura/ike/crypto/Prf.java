package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Pseudo-random functions, RFC 4868; their preferred key is as long as their output. */
public enum Prf implements Algorithm {
    HMAC_SHA2_256("prfsha256", 5, "HmacSHA256", 32),
    HMAC_SHA2_384("prfsha384", 6, "HmacSHA384",
            48),
    HMAC_SHA2_512("prfsha512", 7, "HmacSHA512", 64);

    /** The counter of prf+ is one byte, RFC 7296 §2.13. */
    private static final int MAX_BLOCKS = 255;

    private final String keyword;
    private final int id;
    private final String jcaName;
    private final int outputBytes;

    Prf(String keyword, int id, String jcaName, int outputBytes) {
        this.keyword = keyword;
        this.id = id;
        this.jcaName = jcaName;
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

    /** prf(key, parts one after the other). */
    public Bytes mac(Secret key, Bytes... parts) {
        Mac mac = key.use(this::keyed);
        for (Bytes part : parts) {
            mac.update(part.toBuffer());
        }
        return Bytes.copyOf(mac.doFinal());
    }

    /** prf(key, secret | parts), where the key need not be secret: for SKEYSEED, RFC 7296 §2.14. */
    Secret extract(byte[] key, Secret secret, Bytes... parts) {
        Mac mac = keyed(key);
        secret.use(value -> {
            mac.update(value);
            return value.length;
        });
        for (Bytes part : parts) {
            mac.update(part.toBuffer());
        }
        return Secret.adopt(mac.doFinal());
    }

    /** prf+(key, seed): T1 | T2 | …, T<i>n</i> = prf(key, T<i>n-1</i> | seed | <i>n</i>), RFC 7296 §2.13. */
    public Secret expand(Secret key, Secret seed, int length) {
        if (length > MAX_BLOCKS * outputBytes) {
            throw new IllegalArgumentException("prf+ ends before " + length + " bytes");
        }
        byte[] output = new byte[length];
        byte[] seedBytes = seed.toArray();
        Mac mac = key.use(this::keyed);
        byte[] block = new byte[0];
        for (int at = 0, counter = 1; at < length; at += outputBytes, counter++) {
            mac.update(block);
            mac.update(seedBytes);
            mac.update((byte) counter);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            System.arraycopy(block, 0, output, at, Math.min(outputBytes, length - at));
        }
        Arrays.fill(block, (byte) 0);
        Arrays.fill(seedBytes, (byte) 0);
        return Secret.adopt(output);
    }

    /** A Mac ready for input. HMAC pads its key with zeros, so that one zero stands for an empty key. */
    Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(jcaName);
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, jcaName));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + jcaName, e);
        }
    }
}

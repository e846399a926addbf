package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** One key of one {@link Mac}, by way of the JDK's providers. One thread at a time. */
interface JcaMac {
    /** Uncut. */
    byte[] compute(byte[] message) throws GeneralSecurityException;

    static JcaMac of(Mac mac, byte[] key) {
        return switch (mac) {
            case HMAC_SHA2_256_128 -> hmac("HmacSHA256", key);
            case HMAC_SHA2_384_192 -> hmac("HmacSHA384", key);
            case HMAC_SHA2_512_256 -> hmac("HmacSHA512", key);
            case HMAC_SHA1_96 -> hmac("HmacSHA1", key);
            case AES_XCBC_96 -> JcaAesMac.xcbc(key);
            case AES_CMAC_96 -> JcaAesMac.cmac(key);
        };
    }

    private static JcaMac hmac(String algorithm, byte[] key) {
        try {
            javax.crypto.Mac hmac = javax.crypto.Mac.getInstance(algorithm);
            hmac.init(new SecretKeySpec(key, algorithm));
            return hmac::doFinal;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no " + algorithm, missing);
        }
    }

    /** One block by AES. */
    static byte[] encrypt(byte[] key, byte[] block) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return cipher.doFinal(block);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no AES", missing);
        }
    }
}

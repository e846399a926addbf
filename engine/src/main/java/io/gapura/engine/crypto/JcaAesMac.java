package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-XCBC, RFC 3566, and AES-CMAC, RFC 4493: CBC-MAC with a last block that one of two more keys changes. One thread at a time. */
final class JcaAesMac implements JcaMac {
    private static final int BLOCK_BYTES = 16;
    /** What a doubling in GF(2^128) leaves when it overflows. */
    private static final int REDUCTION = 0x87;

    private final SecretKeySpec key;
    private final byte[] ifWhole;
    private final byte[] ifPadded;
    private final Cipher chain = JcaAead.cipher("AES/CBC/NoPadding");

    private JcaAesMac(byte[] key, byte[] ifWhole, byte[] ifPadded) {
        this.key = new SecretKeySpec(key, "AES");
        this.ifWhole = ifWhole;
        this.ifPadded = ifPadded;
    }

    /** Its keys are constants, encrypted. */
    static JcaAesMac xcbc(byte[] key) {
        return new JcaAesMac(constant(key, 1), constant(key, 2), constant(key, 3));
    }

    private static byte[] constant(byte[] key, int value) {
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, (byte) value);
        return JcaMac.encrypt(key, block);
    }

    /** Its subkeys are an encrypted zero, doubled once and twice. */
    static JcaAesMac cmac(byte[] key) {
        byte[] once = doubled(JcaMac.encrypt(key, new byte[BLOCK_BYTES]));
        return new JcaAesMac(key, once, doubled(once));
    }

    private static byte[] doubled(byte[] block) {
        byte[] doubled = new byte[BLOCK_BYTES];
        for (int at = 0; at < BLOCK_BYTES; at++) {
            int carry = at + 1 < BLOCK_BYTES ? (block[at + 1] & 0xff) >>> 7 : 0;
            doubled[at] = (byte) (block[at] << 1 | carry);
        }
        doubled[BLOCK_BYTES - 1] ^= (byte) (REDUCTION & -((block[0] & 0xff) >>> 7));
        return doubled;
    }

    @Override
    public byte[] compute(byte[] message) throws GeneralSecurityException {
        int blocks = Math.max(1, (message.length + BLOCK_BYTES - 1) / BLOCK_BYTES);
        byte[] padded = Arrays.copyOf(message, blocks * BLOCK_BYTES);
        boolean whole = message.length == padded.length;
        if (!whole) {
            padded[message.length] = (byte) 0x80;
        }
        byte[] last = whole ? ifWhole : ifPadded;
        for (int at = 0; at < BLOCK_BYTES; at++) {
            padded[padded.length - BLOCK_BYTES + at] ^= last[at];
        }
        chain.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[BLOCK_BYTES]));
        byte[] chained = chain.doFinal(padded);
        return Arrays.copyOfRange(chained, chained.length - BLOCK_BYTES, chained.length);
    }
}

package io.gapura.ike.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CBCModeCipher;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * AES-XCBC-MAC (RFC 3566) and AES-CMAC (RFC 4493): CBC whose last block is masked, by one mask if it is whole and by
 * another if it had to be padded with a one and zeros. They differ in where key and masks come from.
 */
final class AesMac implements KeyedMac {
    static final int BLOCK_BYTES = 16;
    private static final byte[] ZERO = new byte[BLOCK_BYTES];

    /** What doubling in GF(2^128) feeds back, RFC 4493 §2.3. */
    private static final int FEEDBACK = 0x87;
    private static final int PADDING = 0x80;

    private final CBCModeCipher cipher = CBCBlockCipher.newInstance(AESEngine.newInstance());
    private final byte[] maskOfWhole;
    private final byte[] maskOfPadded;
    private final byte[] last = new byte[BLOCK_BYTES];
    private final byte[] chained = new byte[BLOCK_BYTES];
    private int inLast;

    private AesMac(byte[] key, byte[] maskOfWhole, byte[] maskOfPadded) {
        this.maskOfWhole = maskOfWhole;
        this.maskOfPadded = maskOfPadded;
        cipher.init(true, new KeyParameter(key));
    }

    /** As a PRF, RFC 4434 §2: a key of any length. */
    static AesMac xcbc(byte[] key) {
        if (key.length > BLOCK_BYTES) {
            AesMac zero = xcbc(ZERO);
            zero.update(key);
            return xcbc(zero.finish());
        }
        byte[] whole = Arrays.copyOf(key, BLOCK_BYTES);
        return new AesMac(encrypted(whole, block(1)), encrypted(whole, block(2)), encrypted(whole, block(3)));
    }

    private static byte[] block(int value) {
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, (byte) value);
        return block;
    }

    /** As a PRF, RFC 4615 §3: a key of any length. */
    static AesMac cmac(byte[] key) {
        if (key.length != BLOCK_BYTES) {
            AesMac zero = cmac(ZERO);
            zero.update(key);
            return cmac(zero.finish());
        }
        byte[] maskOfWhole = doubled(encrypted(key, ZERO));
        return new AesMac(key.clone(), maskOfWhole, doubled(maskOfWhole));
    }

    private static byte[] doubled(byte[] value) {
        byte[] twice = new byte[BLOCK_BYTES];
        int carry = 0;
        for (int i = BLOCK_BYTES - 1; i >= 0; i--) {
            int shifted = (value[i] & 0xff) << 1 | carry;
            twice[i] = (byte) shifted;
            carry = shifted >>> Byte.SIZE;
        }
        twice[BLOCK_BYTES - 1] ^= (byte) (-carry & FEEDBACK);
        return twice;
    }

    private static byte[] encrypted(byte[] key, byte[] block) {
        byte[] output = new byte[BLOCK_BYTES];
        var aes = AESEngine.newInstance();
        aes.init(true, new KeyParameter(key));
        aes.processBlock(block, 0, output, 0);
        return output;
    }

    @Override
    public void update(byte[] input) {
        for (int at = 0; at < input.length;) {
            if (inLast == BLOCK_BYTES) {
                cipher.processBlock(last, 0, chained, 0);
                inLast = 0;
            }
            int bytes = Math.min(BLOCK_BYTES - inLast, input.length - at);
            System.arraycopy(input, at, last, inLast, bytes);
            inLast += bytes;
            at += bytes;
        }
    }

    @Override
    public byte[] finish() {
        byte[] mask = maskOfWhole;
        if (inLast < BLOCK_BYTES) {
            Arrays.fill(last, inLast, BLOCK_BYTES, (byte) 0);
            last[inLast] = (byte) PADDING;
            mask = maskOfPadded;
        }
        for (int i = 0; i < BLOCK_BYTES; i++) {
            last[i] ^= mask[i];
        }
        cipher.processBlock(last, 0, chained, 0);
        byte[] mac = chained.clone();
        Arrays.fill(last, (byte) 0);
        cipher.reset();
        inLast = 0;
        return mac;
    }
}

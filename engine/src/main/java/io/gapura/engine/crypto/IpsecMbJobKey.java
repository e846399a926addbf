package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.Job;
import io.gapura.ffi.ipsecmb.KeyExpansion;
import io.gapura.ffi.ipsecmb.MultiBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a slot of the vault holds for jobs: templates, and the keys that they point at.
 *
 * <pre>
 *     0  template to seal
 *    96  template to open
 *   288  the cipher's key, to encrypt          240
 *   528  to decrypt                            240
 *   768  the hash's: two states or three keys  240
 *  1024  scratch                               240
 * </pre>
 *
 * Control thread.
 */
final class IpsecMbJobKey {
    static final int SEAL = 0;
    static final int OPEN = Job.TEMPLATE_BYTES;
    private static final int ENCRYPTION = 3 * Job.TEMPLATE_BYTES;
    private static final int DECRYPTION = ENCRYPTION + KeyExpansion.ROUND_KEYS_BYTES;
    private static final int HASH = DECRYPTION + KeyExpansion.ROUND_KEYS_BYTES;
    private static final int SECOND_HASH = HASH + 176;
    private static final int THIRD_HASH = SECOND_HASH + 16;
    private static final int SCRATCH = 1024;
    private static final int SHORT_BLOCK_BYTES = 64;
    private static final int LONG_BLOCK_BYTES = 128;

    private static final byte IPAD = 0x36;
    private static final byte OPAD = 0x5c;

    private final MultiBuffer multiBuffer;
    private final KeyExpansion expansion;
    private final MemorySegment scratch = Arena.ofAuto().allocate(LONG_BLOCK_BYTES, 16);

    IpsecMbJobKey(MultiBuffer multiBuffer, KeyExpansion expansion) {
        this.multiBuffer = multiBuffer;
        this.expansion = expansion;
    }

    /** The key of ChaCha20-Poly1305 is not expanded. */
    int chaCha20(KeyMaterial keys, long slot) {
        AeadCipher cipher = AeadCipher.CHACHA20_POLY1305;
        Memory.copy(keys.address(), slot + ENCRYPTION, cipher.keyBytes());
        Job.algorithms(slot + SEAL, Job.Cipher.CHACHA20_POLY1305, Job.Direction.ENCRYPT, Job.Hash.CHACHA20_POLY1305,
                Job.Order.CIPHER_HASH);
        Job.algorithms(slot + OPEN, Job.Cipher.CHACHA20_POLY1305, Job.Direction.DECRYPT, Job.Hash.CHACHA20_POLY1305,
                Job.Order.HASH_CIPHER);
        complete(slot, slot + ENCRYPTION, slot + ENCRYPTION, cipher.keyBytes(), cipher.nonceBytes(), cipher.icvBytes());
        return IpsecMbKey.CHACHA20_POLY1305;
    }

    /** CCM authenticates what it encrypts, not what it has encrypted. */
    int ccm(AeadCipher cipher, KeyMaterial keys, long slot) {
        expansion.aes(keys.address(), cipher.keyBytes(), slot + ENCRYPTION, slot + DECRYPTION);
        Job.algorithms(slot + SEAL, Job.Cipher.AES_CCM, Job.Direction.ENCRYPT, Job.Hash.AES_CCM,
                Job.Order.HASH_CIPHER);
        Job.algorithms(slot + OPEN, Job.Cipher.AES_CCM, Job.Direction.DECRYPT, Job.Hash.AES_CCM,
                Job.Order.CIPHER_HASH);
        complete(slot, slot + ENCRYPTION, slot + ENCRYPTION, cipher.keyBytes(), cipher.nonceBytes(), cipher.icvBytes());
        return IpsecMbKey.CCM;
    }

    int cipherAndMac(CipherAndMac cipher, KeyMaterial keys, long slot) {
        Job.Cipher algorithm = cipher(cipher.cipher().mode);
        Job.Hash hash = hash(cipher.mac());
        Job.algorithms(slot + SEAL, algorithm, Job.Direction.ENCRYPT, hash, Job.Order.CIPHER_HASH);
        Job.algorithms(slot + OPEN, algorithm, Job.Direction.DECRYPT, hash, Job.Order.HASH_CIPHER);
        if (algorithm != Job.Cipher.NULL) {
            expansion.aes(keys.address(), cipher.keyBytes(), slot + ENCRYPTION, slot + DECRYPTION);
        }
        long macKey = keys.address() + cipher.keyBytes() + cipher.saltBytes();
        hashKeys(hash, macKey, cipher.macKeyBytes(), slot);
        boolean counter = algorithm == Job.Cipher.AES_CTR;
        int ivBytes = counter ? AeadCipher.NONCE_BYTES : cipher.ivBytes();
        complete(slot, slot + ENCRYPTION, slot + (counter ? ENCRYPTION : DECRYPTION), cipher.keyBytes(), ivBytes,
                cipher.icvBytes());
        return switch (cipher.cipher().mode) {
            case NULL -> IpsecMbKey.NULL_AND_MAC;
            case CTR -> IpsecMbKey.CTR_AND_MAC;
            case CBC -> IpsecMbKey.CBC_AND_MAC;
        };
    }

    private static Job.Cipher cipher(BlockCipher.Mode mode) {
        return switch (mode) {
            case NULL -> Job.Cipher.NULL;
            case CTR -> Job.Cipher.AES_CTR;
            case CBC -> Job.Cipher.AES_CBC;
        };
    }

    private static Job.Hash hash(Mac mac) {
        return switch (mac) {
            case HMAC_SHA2_256_128 -> Job.Hash.HMAC_SHA2_256;
            case HMAC_SHA2_384_192 -> Job.Hash.HMAC_SHA2_384;
            case HMAC_SHA2_512_256 -> Job.Hash.HMAC_SHA2_512;
            case HMAC_SHA1_96 -> Job.Hash.HMAC_SHA1;
            case AES_XCBC_96 -> Job.Hash.AES_XCBC;
            case AES_CMAC_96 -> Job.Hash.AES_CMAC;
        };
    }

    private void hashKeys(Job.Hash hash, long key, int keyBytes, long slot) {
        long second = slot + SECOND_HASH;
        switch (hash) {
            case AES_XCBC -> expansion.xcbc(key, slot + HASH, second, slot + THIRD_HASH);
            case AES_CMAC -> {
                expansion.aes(key, keyBytes, slot + HASH, slot + SCRATCH);
                expansion.cmac(slot + HASH, second, slot + THIRD_HASH);
            }
            default -> {
                second = slot + HASH + KeyExpansion.STATE_BYTES;
                hmacState(hash, key, keyBytes, IPAD, slot + HASH);
                hmacState(hash, key, keyBytes, OPAD, second);
            }
        }
        Job.hashKeys(slot + SEAL, slot + HASH, second, slot + THIRD_HASH);
        Job.hashKeys(slot + OPEN, slot + HASH, second, slot + THIRD_HASH);
    }

    /** RFC 2104: the key, filled up with zeros to a block, each byte changed by {@code pad}. */
    private void hmacState(Job.Hash hash, long key, int keyBytes, byte pad, long state) {
        boolean wide = hash == Job.Hash.HMAC_SHA2_384 || hash == Job.Hash.HMAC_SHA2_512;
        int blockBytes = wide ? LONG_BLOCK_BYTES : SHORT_BLOCK_BYTES;
        long block = scratch.address();
        for (int offset = 0; offset < blockBytes; offset++) {
            Memory.putByte(block + offset, pad ^ (offset < keyBytes ? Memory.byteAt(key + offset) : 0));
        }
        expansion.block(hash, block, state);
        Memory.zero(block, blockBytes);
    }

    private void complete(long slot, long encryption, long decryption, int keyBytes, int ivBytes, int icvBytes) {
        for (long template = slot + SEAL; template <= slot + OPEN; template += Job.TEMPLATE_BYTES) {
            Job.keys(template, encryption, decryption, keyBytes);
            Job.lengths(template, ivBytes, icvBytes);
            multiBuffer.settle(template);
        }
    }
}

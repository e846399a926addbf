package io.gapura.engine.crypto;

import io.gapura.ffi.Memory;
import io.gapura.ffi.ipsecmb.Job;
import io.gapura.ffi.ipsecmb.MultiBuffer;

/**
 * What a slot of the vault holds for jobs: templates, and the keys that they point at.
 *
 * <pre>
 *     0  template to seal
 *    96  template to open
 *   288  the cipher's key
 * </pre>
 *
 * Control thread.
 */
final class IpsecMbJobKey {
    static final int SEAL = 0;
    static final int OPEN = Job.TEMPLATE_BYTES;
    private static final int KEY = 3 * Job.TEMPLATE_BYTES;

    private static final int NONCE_BYTES = 12;

    private IpsecMbJobKey() {
    }

    /** The key of ChaCha20-Poly1305 is not expanded. */
    static void chaCha20(MultiBuffer multiBuffer, KeyMaterial keys, long slot) {
        int keyBytes = AeadCipher.CHACHA20_POLY1305.keyBytes();
        Memory.copy(keys.address(), slot + KEY, keyBytes);
        Job.algorithms(slot + SEAL, Job.Cipher.CHACHA20_POLY1305, Job.Direction.ENCRYPT, Job.Hash.CHACHA20_POLY1305,
                Job.Order.CIPHER_HASH);
        Job.algorithms(slot + OPEN, Job.Cipher.CHACHA20_POLY1305, Job.Direction.DECRYPT, Job.Hash.CHACHA20_POLY1305,
                Job.Order.HASH_CIPHER);
        for (long template = slot + SEAL; template <= slot + OPEN; template += Job.TEMPLATE_BYTES) {
            Job.keys(template, slot + KEY, slot + KEY, keyBytes);
            Job.lengths(template, NONCE_BYTES, AeadCipher.CHACHA20_POLY1305.icvBytes());
            multiBuffer.settle(template);
        }
    }
}

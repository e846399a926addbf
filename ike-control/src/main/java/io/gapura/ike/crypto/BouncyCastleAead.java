package io.gapura.ike.crypto;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/** AES-CCM, and AES-GCM with an ICV of any length. */
final class BouncyCastleAead implements Aead {
    private final Encryption encryption;

    BouncyCastleAead(Encryption encryption) {
        this.encryption = encryption;
    }

    @Override
    public byte[] seal(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] text) {
        try {
            return run(true, new KeyParameter(key, 0, keyBytes), nonce, associated, text);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException(encryption.keyword() + " failed to encrypt", e);
        }
    }

    @Override
    public byte @Nullable [] open(byte[] key, int keyBytes, byte[] nonce, byte[] associated, byte[] ciphertext) {
        try {
            return run(false, new KeyParameter(key, 0, keyBytes), nonce, associated, ciphertext);
        } catch (InvalidCipherTextException e) {
            return null;
        }
    }

    private byte[] run(boolean seal, KeyParameter key, byte[] nonce, byte[] associated, byte[] input)
            throws InvalidCipherTextException {
        AEADBlockCipher cipher = encryption.mode() == Encryption.Mode.CCM
                ? CCMBlockCipher.newInstance(AESEngine.newInstance())
                : GCMBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(seal, new AEADParameters(key, encryption.icvBytes() * Byte.SIZE, nonce, associated));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int at = cipher.processBytes(input, 0, input.length, output, 0);
        cipher.doFinal(output, at);
        return output;
    }
}

package io.gapura.engine.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Encrypts, then authenticates. For one thread at a time. */
final class JcaCipherAndMac implements JcaCipher {
    private static final int BLOCK_BYTES = 16;

    private final BlockCipher.Mode mode;
    private final @Nullable SecretKeySpec key;
    private final JcaMac mac;
    private final int icvBytes;

    JcaCipherAndMac(CipherAndMac cipher, byte[] material) {
        int macKey = cipher.keyBytes() + cipher.saltBytes();
        this.mode = cipher.cipher().mode;
        this.key = mode == BlockCipher.Mode.NULL ? null : new SecretKeySpec(material, 0, cipher.keyBytes(), "AES");
        this.mac = JcaMac.of(cipher.mac(), Arrays.copyOfRange(material, macKey, macKey + cipher.macKeyBytes()));
        this.icvBytes = cipher.icvBytes();
    }

    @Override
    public byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, packet, text);
        return Sealed.concat(encrypted, icv(packet, encrypted));
    }

    @Override
    public byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException {
        byte[] encrypted = Sealed.text(sealed, icvBytes);
        return Sealed.hasIcv(sealed, icv(packet, encrypted))
                ? crypt(Cipher.DECRYPT_MODE, packet, encrypted)
                : null;
    }

    private byte[] icv(JcaPacket packet, byte[] encrypted) throws GeneralSecurityException {
        byte[] uncut = mac.compute(Sealed.concat(packet.header, encrypted, packet.sequenceHigh()));
        return Arrays.copyOf(uncut, icvBytes);
    }

    private byte[] crypt(int direction, JcaPacket packet, byte[] input) throws GeneralSecurityException {
        return switch (mode) {
            case NULL -> input;
            case CBC -> crypt("AES/CBC/NoPadding", direction, packet.iv(), input);
            case CTR -> crypt("AES/CTR/NoPadding", direction, firstCounter(packet), input);
        };
    }

    /** RFC 3686 §4: nonce, IV, and one. */
    private static byte[] firstCounter(JcaPacket packet) {
        return ByteBuffer.allocate(BLOCK_BYTES).put(packet.nonce).putInt(1).array();
    }

    private byte[] crypt(String transformation, int direction, byte[] iv, byte[] input)
            throws GeneralSecurityException {
        Cipher cipher = JcaAead.cipher(transformation);
        cipher.init(direction, key, new IvParameterSpec(iv));
        return cipher.doFinal(input);
    }
}

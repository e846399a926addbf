package io.gapura.engine;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A peer's ESP by the JDK alone: AES-128-GCM-16 with extended sequence numbers below 2^32, whatever the text. */
final class EspSealer {
    private final int spi;
    private final byte[] key = new byte[16];
    private final byte[] salt = new byte[4];
    private int sequence;

    /** @param keyByte every byte of key and salt, as {@code TestGateway.keys} makes them */
    EspSealer(int spi, int keyByte, int sequence) {
        this.spi = spi;
        this.sequence = sequence;
        Arrays.fill(key, (byte) keyByte);
        Arrays.fill(salt, (byte) keyByte);
    }

    /** From the SPI to the ICV, with the next sequence number; {@code text} includes padding and trailer. */
    byte[] seal(byte[] text) throws GeneralSecurityException {
        sequence++;
        byte[] iv = ByteBuffer.allocate(8).putLong(0x5555_0000_0000L + sequence).array();
        byte[] nonce = ByteBuffer.allocate(12).put(salt).put(iv).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(ByteBuffer.allocate(12).putInt(spi).putLong(sequence).array());
        byte[] sealed = cipher.doFinal(text);
        return ByteBuffer.allocate(16 + sealed.length).putInt(spi).putInt(sequence).put(iv).put(sealed).array();
    }
}

package io.gapura.engine.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES-CCM, RFC 3610 and RFC 4309, which the JDK has not, of its AES-CTR and AES-CBC. For one thread at a time. */
final class JcaCcm implements JcaCipher {
    private static final int BLOCK_BYTES = 16;
    /** The text's length has four bytes, with a nonce of eleven. */
    private static final int LENGTH_BYTES = 4;
    private static final int HAS_AAD = 0x40;

    private final SecretKeySpec key;
    private final int icvBytes;
    private final int nonceBytes;
    private final Cipher stream;
    private final Cipher chain;

    JcaCcm(AeadCipher cipher, byte[] material) {
        this.key = new SecretKeySpec(material, 0, cipher.keyBytes(), "AES");
        this.icvBytes = cipher.icvBytes();
        this.nonceBytes = cipher.nonceBytes();
        this.stream = JcaAead.cipher("AES/CTR/NoPadding");
        this.chain = JcaAead.cipher("AES/CBC/NoPadding");
    }

    @Override
    public byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException {
        byte[] nonce = nonce(packet);
        byte[] encrypted = encrypt(nonce, Sealed.concat(icv(packet, nonce, text), text));
        return Sealed.concat(Arrays.copyOfRange(encrypted, BLOCK_BYTES, encrypted.length),
                Arrays.copyOf(encrypted, icvBytes));
    }

    @Override
    public byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException {
        byte[] nonce = nonce(packet);
        byte[] decrypted = encrypt(nonce, Sealed.concat(new byte[BLOCK_BYTES], Sealed.text(sealed, icvBytes)));
        byte[] text = Arrays.copyOfRange(decrypted, BLOCK_BYTES, decrypted.length);
        byte[] again = seal(packet, text);
        return Sealed.hasIcv(sealed, Arrays.copyOfRange(again, text.length, again.length)) ? text : null;
    }

    private byte[] nonce(JcaPacket packet) {
        return Arrays.copyOfRange(packet.nonce, packet.nonce.length - nonceBytes, packet.nonce.length);
    }

    /** By the stream of A_0, A_1, …, the first of which is for the ICV. */
    private byte[] encrypt(byte[] nonce, byte[] input) throws GeneralSecurityException {
        byte[] counter = ByteBuffer.allocate(BLOCK_BYTES).put((byte) (LENGTH_BYTES - 1)).put(nonce).array();
        stream.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
        return stream.doFinal(input);
    }

    /** CBC-MAC of B_0, B_1, …: a whole block, uncut and not encrypted yet. */
    private byte[] icv(JcaPacket packet, byte[] nonce, byte[] text) throws GeneralSecurityException {
        byte[] aad = packet.aad.length == 0
                ? packet.aad
                : ByteBuffer.allocate(2 + packet.aad.length).putShort((short) packet.aad.length).put(packet.aad)
                        .array();
        byte[] first = ByteBuffer.allocate(BLOCK_BYTES)
                .put((byte) ((aad.length == 0 ? 0 : HAS_AAD) | (((icvBytes - 2) / 2) << 3) | (LENGTH_BYTES - 1)))
                .put(nonce).putInt(text.length)
                .array();
        chain.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[BLOCK_BYTES]));
        byte[] chained = chain.doFinal(Sealed.concat(first, padded(aad), padded(text)));
        return Arrays.copyOfRange(chained, chained.length - BLOCK_BYTES, chained.length);
    }

    private static byte[] padded(byte[] bytes) {
        return Arrays.copyOf(bytes, (bytes.length + BLOCK_BYTES - 1) & -BLOCK_BYTES);
    }
}

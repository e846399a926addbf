package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The data of NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP, RFC 7296 §2.23. */
public final class NatDetection {
    private NatDetection() {
    }

    /**
     * SHA-1(SPIi | SPIr | address | port).
     *
     * @param spis as in the header of the message that carries it
     * @param address 4 or 16 bytes
     */
    public static Bytes hash(IkeSpis spis, Bytes address, int port) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(Bytes.concat(spis.bytes(), address, Bytes.ofShort(port)).toBuffer());
            return Bytes.copyOf(sha1.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}

package io.gapura.engine.crypto;

import java.util.Arrays;

/** What a cipher needs of a packet besides its text. */
final class JcaPacket {
    private static final int EXTENDED_AAD_BYTES = 12;

    /** Salt and IV, 12 bytes. */
    final byte[] nonce;
    /** SPI and sequence number, 8 or 12 bytes. */
    final byte[] aad;
    /** As they travel in the packet: SPI, low half of the sequence number, IV. */
    final byte[] header;

    JcaPacket(byte[] nonce, byte[] aad, byte[] header) {
        this.nonce = nonce;
        this.aad = aad;
        this.header = header;
    }

    byte[] iv() {
        return Arrays.copyOfRange(header, 8, header.length);
    }

    /** The high half of an extended sequence number; nothing of another one. */
    byte[] sequenceHigh() {
        return aad.length == EXTENDED_AAD_BYTES ? Arrays.copyOfRange(aad, 4, 8) : new byte[0];
    }
}

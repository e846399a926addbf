package io.gapura.engine.crypto;

/** What a cipher needs of a packet besides its text. */
final class JcaPacket {
    /** Salt and IV, 12 bytes. */
    final byte[] nonce;
    /** SPI and sequence number, 8 or 12 bytes. */
    final byte[] aad;
    /** As it travels in the packet. */
    final byte[] iv;

    JcaPacket(byte[] nonce, byte[] aad, byte[] iv) {
        this.nonce = nonce;
        this.aad = aad;
        this.iv = iv;
    }
}

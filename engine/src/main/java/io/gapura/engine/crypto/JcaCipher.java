package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** One key of one cipher, by way of the JDK's providers. It cannot be wiped: the JDK keeps copies. One thread at a time. */
interface JcaCipher {
    static JcaCipher of(EspCipher cipher, byte[] material) {
        return switch (cipher) {
            case AeadCipher aead -> switch (aead.mode()) {
                case GCM -> aead.icvBytes() < JcaAead.SHORTEST_GCM_ICV_BYTES
                        ? new JcaShortGcm(aead, material)
                        : JcaAead.of(aead, material);
                case CHACHA20_POLY1305 -> JcaAead.of(aead, material);
                case CCM -> new JcaCcm(aead, material);
                case GMAC -> new JcaGmac(aead, material, false);
            };
            case CipherAndMac both -> new JcaCipherAndMac(both, material);
            case AhMac mac -> mac.inEsp() instanceof AeadCipher gmac
                    ? new JcaGmac(gmac, material, true)
                    : of(mac.inEsp(), material);
        };
    }

    /** Text and ICV. */
    byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException;

    /** The text, or null if its ICV is wrong. */
    byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException;
}

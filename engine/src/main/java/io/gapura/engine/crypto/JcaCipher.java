package io.gapura.engine.crypto;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** One key of one cipher, by way of the JDK's providers. It cannot be wiped: the JDK keeps copies. One thread at a time. */
interface JcaCipher {
    /** Text and ICV. */
    byte[] seal(JcaPacket packet, byte[] text) throws GeneralSecurityException;

    /** The text, or null if its ICV is wrong. */
    byte @Nullable [] open(JcaPacket packet, byte[] sealed) throws GeneralSecurityException;
}

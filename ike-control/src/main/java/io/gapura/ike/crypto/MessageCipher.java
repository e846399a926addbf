package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import org.jspecify.annotations.Nullable;

/** What turns the inside of an encrypted payload into its body and back: IV, ciphertext, ICV. */
sealed interface MessageCipher permits AeadMessageCipher, MacMessageCipher {
    /** Length of the body for so many bytes of payloads. */
    int bodyBytes(int textBytes);

    /** The most bytes of payloads whose body has at most this length; may be negative. */
    int textBytes(int bodyBytes);

    /**
     * Pads and encrypts.
     *
     * @param prefix the message up to the body: authenticated with it
     */
    Bytes seal(Bytes prefix, Bytes text);

    /** Decrypts, with the padding still on; null if it is not authentic. */
    @Nullable
    Bytes open(Bytes prefix, Bytes body);
}

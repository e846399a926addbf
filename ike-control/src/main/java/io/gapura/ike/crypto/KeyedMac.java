package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A message authentication code with its key: input piece by piece, then the output, then the same once more. */
sealed interface KeyedMac permits KeyedMac.Hmac, AesMac {
    void update(byte[] input);

    default void update(Bytes input) {
        update(input.toArray());
    }

    /** Begins anew with the same key. */
    byte[] finish();

    /** HMAC as the Java runtime computes it. */
    record Hmac(Mac mac) implements KeyedMac {
        /** HMAC pads its key with zeros, so that one zero stands for an empty key. */
        static Hmac of(String jcaName, byte[] key) {
            try {
                Mac mac = Mac.getInstance(jcaName);
                mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, jcaName));
                return new Hmac(mac);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime has no " + jcaName, e);
            }
        }

        @Override
        public void update(byte[] input) {
            mac.update(input);
        }

        @Override
        public byte[] finish() {
            return mac.doFinal();
        }
    }
}

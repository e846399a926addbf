package io.gapura.ike.sa;

import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.crypto.MessageProtection;
import io.gapura.ike.message.Role;
import java.security.SecureRandom;

/** Algorithms and keys of an IKE SA, once they are known. */
record Session(IkeSuite suite, IkeKeys keys, MessageProtection protection) {
    static Session of(IkeSuite suite, IkeKeys keys, Role self, SecureRandom random) {
        return new Session(suite, keys, new MessageProtection(suite, keys, self, random));
    }
}

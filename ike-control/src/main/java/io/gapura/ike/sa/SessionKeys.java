package io.gapura.ike.sa;

import io.gapura.ike.IkeKeyReader;
import io.gapura.ike.crypto.IkeSuite;

/** The keys that an IKE SA's messages are protected by, for who may see them. */
public final class SessionKeys {
    private SessionKeys() {
    }

    /** Shows them, if there are any yet. */
    public static void show(IkeSa sa, IkeKeyReader reader) {
        IkeSuite suite = sa.suite();
        if (suite != null) {
            reader.onKeys(sa.spis(), suite, sa.session().keys());
        }
    }
}

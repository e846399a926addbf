package io.gapura.ike;

import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;

/** Is shown the keys of IKE SAs, for Wireshark to decrypt what they protect. Control thread; must not keep them. */
public interface IkeKeyReader {
    void onKeys(IkeSpis spis, IkeSuite suite, IkeKeys keys);
}

package io.gapura.gateway.bench;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.ffi.ipsecmb.MissingLibrary;

/** ipsec-mb on a batch of buffers and keys as the engine has them, and nothing else: the yardstick. */
public interface RawCalls {
    /**
     * For the load's cipher.
     *
     * @throws MissingLibrary without ipsec-mb
     */
    static RawCalls of(Load load) throws MissingLibrary {
        boolean direct = load.cipher().equals(EspCipher.AES_128_GCM_16)
                || load.cipher().equals(EspCipher.AES_256_GCM_16);
        return direct ? new RawGcm(load) : new RawBatch(load);
    }

    /** New nonces and AADs, and the next key for each row. */
    void renew();

    void encrypt();

    void decrypt();
}

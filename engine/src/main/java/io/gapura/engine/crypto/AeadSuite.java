package io.gapura.engine.crypto;

/** An implementation of {@link EspCipher}s; one per engine. Control thread. */
public interface AeadSuite extends AutoCloseable {
    /** Name and version, for the log. */
    String description();

    /** Expands a key; the salt behind it is not looked at. */
    AeadKey key(EspCipher cipher, KeyMaterial keys);

    /** A batch for one worker. */
    AeadBatch batch(int worker);

    @Override
    void close();
}

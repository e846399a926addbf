package io.gapura.engine.crypto;

/** An expanded key. The workers use it; the control thread closes it when none can hold it any more. */
public abstract class AeadKey implements AutoCloseable {
    /** Wipes the key. */
    @Override
    public abstract void close();
}

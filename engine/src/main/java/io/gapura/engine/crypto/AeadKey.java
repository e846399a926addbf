package io.gapura.engine.crypto;

/** An expanded key. The workers use it; the control thread closes it when none can hold it any more. */
public abstract class AeadKey implements AutoCloseable {
    private final long handle;

    protected AeadKey(long handle) {
        this.handle = handle;
    }

    /** By which a row of the suite's batches names it. */
    public final long handle() {
        return handle;
    }

    /** Wipes the key. */
    @Override
    public abstract void close();
}

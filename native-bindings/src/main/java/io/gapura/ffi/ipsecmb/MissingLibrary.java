package io.gapura.ffi.ipsecmb;

/** The library is not installed, too old, or of no use on this processor; the message says which. */
public final class MissingLibrary extends Exception {
    private static final long serialVersionUID = 1;

    public MissingLibrary(String message) {
        super(message);
    }
}

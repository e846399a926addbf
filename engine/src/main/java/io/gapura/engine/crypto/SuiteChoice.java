package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.MissingLibrary;

/** Which suite the configuration asks for. */
public enum SuiteChoice {
    /** ipsec-mb where it is to be had, otherwise the JDK, which carries a tenth of the traffic. */
    AUTO,
    IPSEC_MB,
    JDK;

    /** Opens the suite; its description says which it is, and with {@link #AUTO} why it is not ipsec-mb. */
    public AeadSuite open() throws MissingLibrary {
        return switch (this) {
            case AUTO -> preferred();
            case IPSEC_MB -> IpsecMbSuite.open();
            case JDK -> new JcaSuite();
        };
    }

    /** The suite of {@link #AUTO}: cannot fail. */
    public static AeadSuite preferred() {
        try {
            return IpsecMbSuite.open();
        } catch (MissingLibrary missing) {
            return new JcaSuite("instead of ipsec-mb: " + missing.getMessage());
        }
    }
}

package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.IpsecMb;
import io.gapura.ffi.ipsecmb.MissingLibrary;

/**
 * AES-GCM by ipsec-mb's direct functions, the fastest set of them that passes the {@link SelfTest}. Keys are
 * expanded into the {@link KeyVault}.
 */
public final class IpsecMbSuite implements AeadSuite {
    private final IpsecMb library;
    /** For the control thread, which expands keys. */
    private final AesGcm functions;
    private final KeyTables tables;
    private final KeyVault vault = new KeyVault(AesGcm.TABLE_BYTES);

    IpsecMbSuite(IpsecMb library, AesGcm functions) {
        this.library = library;
        this.functions = functions;
        this.tables = KeyTables.of(functions);
    }

    /** Loads the library and chooses its functions. */
    public static IpsecMbSuite open() throws MissingLibrary {
        IpsecMb library = IpsecMb.load();
        for (AesGcm functions : library.aesGcm()) {
            IpsecMbSuite suite = new IpsecMbSuite(library, functions);
            if (SelfTest.passes(suite)) {
                return suite;
            }
            suite.close();
        }
        throw new MissingLibrary("ipsec-mb " + library.version() + " has no AES-GCM that works on this processor");
    }

    @Override
    public String description() {
        return "ipsec-mb " + library.version() + " (" + functions.instructionSet()
                + (vault.isLocked() ? ")" : "; keys not locked in memory: raise RLIMIT_MEMLOCK)");
    }

    @Override
    public AeadKey key(EspCipher cipher, KeyMaterial keys) {
        boolean wide = cipher == EspCipher.AES_256_GCM_16;
        long table = vault.take();
        if (wide) {
            functions.expand256(keys.address(), table);
        } else {
            functions.expand128(keys.address(), table);
        }
        return new IpsecMbKey(vault, table, wide);
    }

    @Override
    public AeadBatch batch(int worker) {
        IpsecMb own = worker == 0 ? library : library.forAnotherThread();
        return new IpsecMbBatch(own.aesGcm(functions.instructionSet()), tables);
    }

    @Override
    public void close() {
        vault.close();
    }
}

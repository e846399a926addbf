package io.gapura.engine.crypto;

import io.gapura.ffi.ipsecmb.AesGcm;
import io.gapura.ffi.ipsecmb.IpsecMb;
import io.gapura.ffi.ipsecmb.MissingLibrary;
import io.gapura.ffi.ipsecmb.MultiBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM by ipsec-mb's direct functions, the fastest set of them that passes the {@link SelfTest}; everything else by
 * its bursts of jobs, tested too before it is used. Keys are expanded into the {@link KeyVault}.
 */
public final class IpsecMbSuite implements AeadSuite {
    private final IpsecMb library;
    /** For the control thread, which expands keys. */
    private final AesGcm functions;
    private final KeyTables tables;
    /** Likewise. */
    private final MultiBuffer multiBuffer;
    private final IpsecMbJobKey jobKeys;
    private final List<MultiBuffer> workers = new ArrayList<>();
    private final Set<EspCipher> tested = new HashSet<>(Set.of(EspCipher.AES_128_GCM_16, EspCipher.AES_256_GCM_16));
    private @Nullable SelfTest selfTest;
    private final KeyVault vault = new KeyVault(AesGcm.TABLE_BYTES);

    IpsecMbSuite(IpsecMb library, AesGcm functions) throws MissingLibrary {
        this.library = library;
        this.functions = functions;
        this.tables = KeyTables.of(functions);
        this.multiBuffer = library.multiBuffer();
        this.jobKeys = new IpsecMbJobKey(multiBuffer, library.keyExpansion());
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

    /** The first key of each cipher is preceded by its self-test. */
    @Override
    public AeadKey key(EspCipher cipher, KeyMaterial keys) {
        if (tested.add(cipher) && !selfTest().passes(cipher)) {
            tested.remove(cipher);
            throw new IllegalStateException("ipsec-mb " + library.version() + " computes " + cipher.keyword()
                    + " wrongly on this processor: set dataplane.crypto to jdk");
        }
        long slot = vault.take();
        return new IpsecMbKey(vault, slot, expand(cipher, keys, slot));
    }

    private int expand(EspCipher cipher, KeyMaterial keys, long slot) {
        return switch (cipher) {
            case AeadCipher aead -> expand(aead, keys, slot);
            case CipherAndMac both -> jobKeys.cipherAndMac(both, keys, slot);
            case AhMac mac -> switch (expand(mac.inEsp(), keys, slot)) {
                case IpsecMbKey.GMAC_128 -> IpsecMbKey.AH_GMAC_128;
                case IpsecMbKey.GMAC_192 -> IpsecMbKey.AH_GMAC_192;
                case IpsecMbKey.GMAC_256 -> IpsecMbKey.AH_GMAC_256;
                default -> IpsecMbKey.NULL_AND_MAC;
            };
        };
    }

    private SelfTest selfTest() {
        if (selfTest == null) {
            selfTest = new SelfTest(this);
        }
        return selfTest;
    }

    private int expand(AeadCipher cipher, KeyMaterial keys, long slot) {
        return switch (cipher.mode()) {
            case GCM -> expandGcm(cipher.keyBytes(), keys, slot);
            case GMAC -> switch (expandGcm(cipher.keyBytes(), keys, slot)) {
                case IpsecMbKey.GCM_128 -> IpsecMbKey.GMAC_128;
                case IpsecMbKey.GCM_192 -> IpsecMbKey.GMAC_192;
                default -> IpsecMbKey.GMAC_256;
            };
            case CCM -> jobKeys.ccm(cipher, keys, slot);
            case CHACHA20_POLY1305 -> jobKeys.chaCha20(keys, slot);
        };
    }

    private int expandGcm(int keyBytes, KeyMaterial keys, long slot) {
        return switch (keyBytes) {
            case 16 -> {
                functions.expand128(keys.address(), slot);
                yield IpsecMbKey.GCM_128;
            }
            case 24 -> {
                functions.expand192(keys.address(), slot);
                yield IpsecMbKey.GCM_192;
            }
            default -> {
                functions.expand256(keys.address(), slot);
                yield IpsecMbKey.GCM_256;
            }
        };
    }

    @Override
    public AeadBatch batch(int worker) {
        IpsecMb own = worker == 0 ? library : library.forAnotherThread();
        AesGcm ownFunctions = own.aesGcm(functions.instructionSet());
        return new IpsecMbBatch(ownFunctions, tables, manager(own), new RandomBlocks(ownFunctions, vault.take()));
    }

    private MultiBuffer manager(IpsecMb own) {
        try {
            MultiBuffer manager = own.multiBuffer();
            workers.add(manager);
            return manager;
        } catch (MissingLibrary impossible) {
            throw new IllegalStateException("ipsec-mb ran its manager once, but not twice", impossible);
        }
    }

    @Override
    public void close() {
        workers.forEach(MultiBuffer::close);
        multiBuffer.close();
        vault.close();
    }
}

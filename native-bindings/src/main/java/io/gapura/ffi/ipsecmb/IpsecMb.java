package io.gapura.ffi.ipsecmb;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The loaded library, libIPSec_MB, of version 1.3 or newer. Only exported functions are used, and of its
 * structures only what does not change between versions. Any thread.
 */
public final class IpsecMb {
    /** What Debian and Ubuntu call the versions that are known to work, the better first. */
    private static final List<String> SONAMES = List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1");

    private static final int OLDEST = 0x1_03_00;

    /** Since 1.4 a call no longer stores to a global variable, which slowed down two cores that call at once. */
    private static final int FIRST_WITHOUT_SHARED_ERRNO = 0x1_04_00;

    private final SymbolLookup symbols;
    private final int version;
    private final long features;

    private IpsecMb(SymbolLookup symbols) {
        this.symbols = symbols;
        this.version = version(symbols);
        this.features = features(symbols);
    }

    /** Loads the newest version that is installed. */
    public static IpsecMb load() throws MissingLibrary {
        for (String soname : SONAMES) {
            SymbolLookup found = find(soname);
            if (found != null) {
                return supported(new IpsecMb(found));
            }
        }
        throw new MissingLibrary("neither " + String.join(" nor ", SONAMES)
                + " is installed (package libipsec-mb1 or libipsec-mb2)");
    }

    private static @Nullable SymbolLookup find(String soname) {
        try {
            return SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException absent) {
            return null;
        }
    }

    private static IpsecMb supported(IpsecMb library) throws MissingLibrary {
        if (library.version < OLDEST) {
            throw new MissingLibrary("ipsec-mb " + library.version() + " is older than 1.3");
        }
        return library;
    }

    /** As {@code 1.3.0}. */
    public String version() {
        return (version >> 16) + "." + (version >> 8 & 0xff) + "." + (version & 0xff);
    }

    /** What one more thread should call: this library, or of a version whose calls disturb each other a copy of its own. */
    public IpsecMb forAnotherThread() {
        return version >= FIRST_WITHOUT_SHARED_ERRNO ? this : copy();
    }

    /** Loads a copy of the library's file, which the dynamic loader takes for another library. */
    private static IpsecMb copy() {
        try {
            Path copy = Files.createTempFile("libIPSec_MB", ".so");
            try {
                Files.copy(loadedFile(), copy, StandardCopyOption.REPLACE_EXISTING);
                return new IpsecMb(SymbolLookup.libraryLookup(copy, Arena.global()));
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a worker's own copy of libIPSec_MB", e);
        }
    }

    private static Path loadedFile() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> SONAMES.stream().anyMatch(line::contains))
                    .map(line -> Path.of(line.substring(line.indexOf('/')))).findFirst()
                    .orElseThrow(() -> new IOException("libIPSec_MB is not mapped"));
        }
    }

    /** The sets of AES-GCM functions that the library has and this processor can run, the fastest first. */
    public List<AesGcm> aesGcm() {
        List<AesGcm> runnable = new ArrayList<>();
        for (InstructionSet set : InstructionSet.values()) {
            if (set.isAmong(features) && symbols.find("aes_gcm_enc_128_" + set.suffix()).isPresent()) {
                runnable.add(new AesGcm(symbols, set));
            }
        }
        return runnable;
    }

    /** The same set of functions in this copy of the library. */
    public AesGcm aesGcm(InstructionSet set) {
        return new AesGcm(symbols, set);
    }

    /** What expands keys for jobs. */
    public KeyExpansion keyExpansion() {
        return new KeyExpansion(symbols);
    }

    /** A manager of bursts for one thread, to be closed by it. */
    public MultiBuffer multiBuffer() throws MissingLibrary {
        return new MultiBuffer(symbols);
    }

    private static int version(SymbolLookup symbols) {
        try {
            return (int) Downcalls.plain(symbols, "imb_get_version", FunctionDescriptor.of(JAVA_INT)).invokeExact();
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private static long features(SymbolLookup symbols) {
        try {
            return (long) Downcalls.plain(symbols, "imb_get_feature_flags", FunctionDescriptor.of(JAVA_LONG))
                    .invokeExact();
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}

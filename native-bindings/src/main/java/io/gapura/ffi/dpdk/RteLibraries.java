package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The loaded libraries, all of one ABI version: their number is DPDK's year plus one, 23 for 22.11.
 *
 * <p>Control calls pass every argument as 64 bits, whatever its C type: all of them travel in registers or slots
 * of that size, of which the callee reads what it declares.
 */
final class RteLibraries {
    private static final int NEWEST_ABI = 27;
    private static final int OLDEST_ABI = 22;
    private static final List<String> OTHERS = List.of("ring", "mempool", "mbuf", "ethdev");
    /** Only to be loaded where they are used; nothing else depends on them. */
    private static final List<String> OPTIONAL = List.of("net_ring");
    private static final List<Path> DIRECTORIES = List.of(Path.of("/usr/lib/x86_64-linux-gnu"),
            Path.of("/usr/lib/aarch64-linux-gnu"), Path.of("/usr/lib64"), Path.of("/usr/lib"),
            Path.of("/usr/local/lib"), Path.of("/usr/local/lib64"), Path.of("/usr/local/lib/x86_64-linux-gnu"));

    private static final int MOST_ARGUMENTS = 8;
    private static final List<MethodHandle> BY_ARGUMENTS = IntStream.rangeClosed(0, MOST_ARGUMENTS)
            .mapToObj(count -> Downcalls.plain(FunctionDescriptor.of(JAVA_LONG,
                    Collections.nCopies(count, JAVA_LONG).toArray(MemoryLayout[]::new))))
            .toList();

    private final int abi;
    private final List<SymbolLookup> libraries;

    private RteLibraries(int abi, List<SymbolLookup> libraries) {
        this.abi = abi;
        this.libraries = libraries;
    }

    /** Loads the newest version that is installed and known. */
    static RteLibraries load() throws MissingDpdk {
        for (int abi = NEWEST_ABI; abi >= OLDEST_ABI; abi--) {
            SymbolLookup eal = find("eal", abi);
            if (eal != null) {
                return new RteLibraries(abi, complete(eal, abi));
            }
        }
        throw new MissingDpdk(absence(installed()));
    }

    private static List<SymbolLookup> complete(SymbolLookup eal, int abi) throws MissingDpdk {
        List<SymbolLookup> libraries = new ArrayList<>(List.of(eal));
        for (String name : OTHERS) {
            SymbolLookup library = find(name, abi);
            if (library == null) {
                throw new MissingDpdk("librte_eal.so.%d is installed, but not %s of the same version".formatted(abi,
                        soname(name, abi)));
            }
            libraries.add(library);
        }
        for (String name : OPTIONAL) {
            SymbolLookup library = find(name, abi);
            if (library != null) {
                libraries.add(library);
            }
        }
        return libraries;
    }

    private static @Nullable SymbolLookup find(String name, int abi) {
        try {
            return SymbolLookup.libraryLookup(soname(name, abi), Arena.global());
        } catch (IllegalArgumentException absent) {
            return null;
        }
    }

    private static String soname(String name, int abi) {
        return "librte_" + name + ".so." + abi;
    }

    /** @param installed file names of librte_eal that no known version has */
    static String absence(List<String> installed) {
        String known = "21.11 to 26.07, librte_eal.so.%d to .%d".formatted(OLDEST_ABI, NEWEST_ABI);
        return installed.isEmpty()
                ? "DPDK is not installed (Debian's packages dpdk and librte-*; known are " + known + ")"
                : "%s is of a DPDK whose structures are not known here; known are %s".formatted(
                        String.join(", ", installed), known);
    }

    private static List<String> installed() {
        return DIRECTORIES.stream().flatMap(RteLibraries::installedIn).distinct().sorted().toList();
    }

    private static Stream<String> installedIn(Path directory) {
        String[] files = directory.toFile().list((parent, file) -> file.matches("librte_eal\\.so\\.\\d+"));
        return files == null ? Stream.empty() : Stream.of(files);
    }

    int abi() {
        return abi;
    }

    /** As DPDK calls itself, {@code DPDK 22.11.11}. */
    String version() {
        return text(call("rte_version"));
    }

    private static String text(long address) {
        return MemorySegment.ofAddress(address).reinterpret(256).getString(0);
    }

    /** The address of a function or variable; of a thread-local one, the calling thread's. */
    long address(String name) {
        return find(name).orElseThrow(() -> new UnsatisfiedLinkError(name + " is not in DPDK " + abi)).address();
    }

    private Optional<MemorySegment> find(String name) {
        return libraries.stream().flatMap(library -> library.find(name).stream()).findFirst();
    }

    /** Calls a function of the control path: its result's 64 bits, of which an int function defines the lower half. */
    long call(String name, long... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = MemorySegment.ofAddress(address(name));
        for (int index = 0; index < arguments.length; index++) {
            all[index + 1] = arguments[index];
        }
        try {
            return (long) BY_ARGUMENTS.get(arguments.length).invokeWithArguments(all);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    /** Calls a function that returns 0 or more, or else a negative errno. */
    int require(String what, String name, long... arguments) {
        int result = (int) call(name, arguments);
        if (result < 0) {
            throw failure(what, -result);
        }
        return result;
    }

    /** Calls a function that returns a pointer, or else null and rte_errno. */
    long requirePointer(String what, String name, long... arguments) {
        long pointer = call(name, arguments);
        if (pointer == 0) {
            throw failure(what, errno());
        }
        return pointer;
    }

    DpdkException failure(String what, int errno) {
        return new DpdkException(what, errno, text(call("rte_strerror", errno)));
    }

    /** The calling thread's rte_errno. */
    int errno() {
        return Memory.nativeIntAt(address("per_lcore__rte_errno"));
    }
}

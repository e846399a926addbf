package io.gapura.ffi.dpdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many reserved huge pages of 2 MiB this machine has. */
final class HugePageCount {
    private static final Path DIRECTORY = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");

    private HugePageCount() {
    }

    static int free() {
        return read("free_hugepages");
    }

    static int reserved() {
        return read("nr_hugepages");
    }

    static void reserve(int pages) throws IOException {
        Files.writeString(DIRECTORY.resolve("nr_hugepages"), String.valueOf(pages));
    }

    private static int read(String file) {
        try {
            return Integer.parseInt(Files.readString(DIRECTORY.resolve(file)).strip());
        } catch (IOException absent) {
            return 0;
        }
    }
}

package io.gapura.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyVaultTest {
    private final KeyVault vault = new KeyVault(1280);

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void givesEachKeyAnAlignedSlotOfItsOwn() {
        Set<Long> slots = new HashSet<>();
        for (int key = 0; key < 1000; key++) {
            slots.add(vault.take());
        }

        assertThat(slots).hasSize(1000).allMatch(slot -> slot % 64 == 0);
    }

    @Test
    void wipesWhatIsGivenBack() {
        long slot = vault.take();
        Memory.putLong(slot, 0x1234_5678_9abc_def0L);
        Memory.putLong(slot + 1272, 0x1234_5678_9abc_def0L);

        vault.give(slot);

        assertThat(Memory.bytesAt(slot, 1280)).containsOnly(0);
    }

    /** In /proc/self/smaps: lo is locked, dd not dumped, wf wiped on fork. */
    @Test
    void liesInMemoryThatIsNotDumpedNorInherited() throws IOException {
        List<String> flags = flagsOf(vault.take());

        assertThat(flags).contains("dd", "wf");
        assertThat(flags.contains("lo")).isEqualTo(vault.isLocked());
    }

    private static List<String> flagsOf(long address) throws IOException {
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("^[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] bounds = line.substring(0, line.indexOf(' ')).split("-", 2);
                inside = Long.parseUnsignedLong(bounds[0], 16) <= address
                        && address < Long.parseUnsignedLong(bounds[1], 16);
            } else if (inside && line.startsWith("VmFlags:")) {
                return List.of(line.substring("VmFlags:".length()).strip().split(" ", -1));
            }
        }
        throw new IOException("no mapping at " + Long.toHexString(address));
    }
}

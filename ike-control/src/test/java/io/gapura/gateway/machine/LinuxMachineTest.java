package io.gapura.gateway.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine of two NUMA nodes with eight cores, of which 2 to 7 are isolated and 7 is offline. */
final class LinuxMachineTest {
    @TempDir
    Path sys = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file("devices/system/cpu/present", "0-7");
        file("devices/system/cpu/online", "0-6");
        file("devices/system/cpu/isolated", "2-7");
        file("devices/system/node/node0/cpulist", "0-3");
        file("devices/system/node/node1/cpulist", "4-7");
        file("class/net/eth0/device/numa_node", "1");
        file("class/net/veth/device/numa_node", "-1");
        file("kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "512");
    }

    private void file(String name, String content) throws IOException {
        Path file = sys.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }

    private Machine machine(String allowed) {
        return new LinuxMachine(sys, CoreList.parse(allowed), _ -> OptionalInt.of(4));
    }

    @Test
    void isolatedCoresNearTheDeviceComeFirst() {
        assertThat(machine("0-6").coresForWorkers(OptionalInt.of(0), List.of("eth0"), true))
                .containsExactly(4, 5, 6, 2, 3);
        assertThat(machine("0-6").coresForWorkers(OptionalInt.of(0), List.of("eth0"), false))
                .containsExactly(2, 3, 4, 5, 6);
        assertThat(machine("0-6").coresForWorkers(OptionalInt.of(3), List.of("veth", "none"), true))
                .containsExactly(2, 4, 5, 6);
    }

    @Test
    void devicesThatDpdkHasAreNearTheirNodeToo() throws IOException {
        file("bus/pci/devices/0000:02:00.0/numa_node", "1");
        for (String device : List.of("0000:02:00.0", "02:00.0", "0000:02:00.0,rx_vec=1")) {
            assertThat(machine("0-6").coresForWorkers(OptionalInt.of(0), List.of(device), true)).as(device)
                    .containsExactly(4, 5, 6, 2, 3);
        }
    }

    @Test
    void secondHyperThreadsComeLastOnTheirNode() throws IOException {
        for (int core = 0; core < 8; core += 2) {
            file("devices/system/cpu/cpu" + core + "/topology/thread_siblings_list", core + "-" + (core + 1));
            file("devices/system/cpu/cpu" + (core + 1) + "/topology/thread_siblings_list", core + "-" + (core + 1));
        }
        assertThat(machine("0-6").coresForWorkers(OptionalInt.of(0), List.of("eth0"), true))
                .containsExactly(4, 6, 5, 2, 3);
        assertThat(machine("0-6").coresForWorkers(OptionalInt.of(0), List.of(), false))
                .containsExactly(2, 4, 6, 3, 5);
    }

    @Test
    void allButTheHousekeepingCoreServeWhereNoneIsIsolated() throws IOException {
        file("devices/system/cpu/isolated", "");
        assertThat(machine("0-3").coresForWorkers(OptionalInt.empty(), List.of(), true)).containsExactly(1, 2, 3);
        assertThat(machine("1-3").coresForWorkers(OptionalInt.of(2), List.of(), true)).containsExactly(1, 3);
        assertThat(machine("5").coresForWorkers(OptionalInt.empty(), List.of(), true)).isEmpty();
    }

    @Test
    void coresThatCannotBeHadAreRefusedWithTheReason() {
        assertThat(machine("0-6").refusal(6)).isEmpty();
        assertThat(machine("0-6").refusal(8)).contains("there is no core 8; this machine has 0-7");
        assertThat(machine("0-6").refusal(7)).contains(
                "core 7 is offline; run: echo 1 > /sys/devices/system/cpu/cpu7/online");
        assertThat(machine("0-1,4").refusal(3)).contains("this process may run on 0-1,4 only, not on core 3;"
                + " start it without taskset, or give its cpuset that core");
    }

    @Test
    void freeHugePagesAreCounted() throws IOException {
        assertThat(machine("0").freeHugePages()).isEqualTo(512);
        Files.delete(sys.resolve("kernel/mm/hugepages/hugepages-2048kB/free_hugepages"));
        assertThat(machine("0").freeHugePages()).isZero();
    }

    @Test
    void thisMachineHasTheCoresThatItRunsOn() {
        Machine here = LinuxMachine.here();
        assertThat(here.refusal(999)).isPresent();
        assertThat(here.receiveQueues("no-such-device")).isEmpty();
        assertThat(here.receiveQueues("lo")).hasValue(1);
    }
}

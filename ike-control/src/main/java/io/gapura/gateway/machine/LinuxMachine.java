package io.gapura.gateway.machine;

import io.gapura.ffi.afxdp.DeviceQueues;
import io.gapura.ffi.libc.Affinity;
import io.gapura.ffi.libc.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** What this process finds under {@code /sys}, and in its own affinity. */
public final class LinuxMachine implements Machine {
    private static final Path CPU = Path.of("devices", "system", "cpu");
    private static final Path NODE = Path.of("devices", "system", "node");
    private static final Path HUGE_PAGES = Path.of("kernel", "mm", "hugepages", "hugepages-2048kB", "free_hugepages");
    private static final Path PCI = Path.of("bus", "pci", "devices");
    /** With or without the domain, and with the arguments that DPDK takes behind it. */
    private static final String PCI_ADDRESS = "([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7](,.*)?";
    /** Without the domain: {@code 02:00.0}. */
    private static final int SHORT_PCI_ADDRESS = 7;
    /** Those that hand a device over, and those of cards that the kernel and DPDK share. */
    private static final Set<String> DRIVERS_FOR_DPDK = Set.of("vfio-pci", "uio_pci_generic", "igb_uio", "mlx4_core",
            "mlx5_core");

    private final Path sys;
    private final BitSet allowed;
    private final Function<String, OptionalInt> queues;

    LinuxMachine(Path sys, BitSet allowed, Function<String, OptionalInt> queues) {
        this.sys = sys;
        this.allowed = allowed;
        this.queues = queues;
    }

    /** This machine, as the calling thread may use it. */
    public static LinuxMachine here() {
        return new LinuxMachine(Path.of("/sys"), Affinity.allowed(), LinuxMachine::queuesOf);
    }

    private static OptionalInt queuesOf(String device) {
        try {
            return OptionalInt.of(DeviceQueues.count(device));
        } catch (ErrnoException e) {
            return OptionalInt.empty();
        }
    }

    @Override
    public Optional<String> refusal(int core) {
        BitSet present = cores(CPU.resolve("present"));
        BitSet online = cores(CPU.resolve("online"));
        if (!present.isEmpty() && !present.get(core)) {
            return Optional.of("there is no core %d; this machine has %s".formatted(core, CoreList.format(present)));
        }
        if (!online.isEmpty() && !online.get(core)) {
            return Optional.of("core %d is offline; run: echo 1 > /sys/devices/system/cpu/cpu%d/online".formatted(core,
                    core));
        }
        if (!allowed.get(core)) {
            return Optional.of("this process may run on %s only, not on core %d; start it without taskset, or give its"
                    .formatted(CoreList.format(allowed), core) + " cpuset that core");
        }
        return Optional.empty();
    }

    @Override
    public List<Integer> coresForWorkers(OptionalInt mainCore, Collection<String> devices, boolean numaLocal) {
        BitSet isolated = cores(CPU.resolve("isolated"));
        isolated.and(allowed);
        BitSet candidates = (BitSet) (isolated.isEmpty() ? allowed : isolated).clone();
        BitSet others = (BitSet) allowed.clone();
        others.andNot(isolated);
        int housekeeping = mainCore.orElse(others.isEmpty() ? allowed.nextSetBit(0) : others.nextSetBit(0));
        if (housekeeping >= 0) {
            candidates.clear(housekeeping);
        }
        BitSet near = numaLocal ? coresNear(devices) : new BitSet();
        return candidates.stream().boxed()
                .sorted(Comparator.<Integer>comparingInt(core -> near.get(core) ? 0 : 1)
                        .thenComparingInt(core -> isFirstThread(core) ? 0 : 1))
                .toList();
    }

    /** Whether no other hyper-thread of the same core comes before it. */
    private boolean isFirstThread(int core) {
        BitSet threads = cores(CPU.resolve("cpu" + core).resolve("topology").resolve("thread_siblings_list"));
        return threads.isEmpty() || threads.nextSetBit(0) == core;
    }

    private BitSet coresNear(Collection<String> devices) {
        BitSet near = new BitSet();
        for (String device : devices) {
            boolean byPci = device.matches(PCI_ADDRESS);
            String node = text(byPci
                    ? PCI.resolve(wholeAddress(device.replaceAll(",.*", ""))).resolve("numa_node")
                    : Path.of("class", "net", device, "device", "numa_node"));
            if (node.matches("\\d+")) {
                near.or(cores(NODE.resolve("node" + node).resolve("cpulist")));
            }
        }
        return near;
    }

    @Override
    public OptionalInt receiveQueues(String device) {
        return queues.apply(device);
    }

    @Override
    public long freeHugePages() {
        String pages = text(HUGE_PAGES);
        return pages.matches("\\d{1,18}") ? Long.parseLong(pages) : 0;
    }

    @Override
    public Optional<String> refusalOfPciDevice(String address) {
        String whole = wholeAddress(address);
        Path device = sys.resolve(PCI).resolve(whole);
        if (!Files.exists(device)) {
            return Optional.of("there is no PCI device " + whole + "; dpdk-devbind.py --status-dev net shows those"
                    + " that there are");
        }
        Path driver = device.resolve("driver");
        String name = Files.exists(driver) ? resolved(driver) : "none";
        return DRIVERS_FOR_DPDK.contains(name)
                ? Optional.empty()
                : Optional.of("%s has the kernel's driver %s; run: dpdk-devbind.py --bind=vfio-pci %s".formatted(whole,
                        name, whole));
    }

    private static String wholeAddress(String address) {
        return address.length() == SHORT_PCI_ADDRESS ? "0000:" + address : address;
    }

    private static String resolved(Path link) {
        try {
            return String.valueOf(link.toRealPath().getFileName());
        } catch (IOException e) {
            return "none";
        }
    }

    private BitSet cores(Path file) {
        return CoreList.parse(text(file));
    }

    /** Empty if it cannot be read: kernels differ in what they show. */
    private String text(Path file) {
        try {
            return Files.readString(sys.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}

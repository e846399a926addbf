package io.gapura.ffi.dpdk;

import java.util.ArrayList;
import java.util.List;

/**
 * What the environment is started with.
 *
 * @param mainCore  that its own threads stay on; {@link #ANY_CORE} for the first that is allowed
 * @param hugePages whether memory lies in huge pages, of which none stays behind; otherwise in ordinary ones
 * @param memoryMib how much is taken at the start: without huge pages there is no more than this
 * @param devices   PCI addresses, and names of virtual devices with their arguments,
 *                  {@code net_af_packet0,iface=eth1}
 * @param extra     further arguments, as they are; the last of a kind counts
 */
public record EalSettings(int mainCore, boolean hugePages, int memoryMib, List<String> devices, List<String> extra) {
    public static final int ANY_CORE = -1;
    private static final String PCI = "([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7](,.*)?";

    public EalSettings {
        devices = List.copyOf(devices);
        extra = List.copyOf(extra);
    }

    /** Whether {@code device} is a PCI address rather than a virtual device. */
    public static boolean isPci(String device) {
        return device.matches(PCI);
    }

    /**
     * As on a command line, the program's name first. Memory in huge pages is not backed by files, nothing is
     * shared with other processes, and addresses for devices are our own.
     */
    List<String> arguments(int core) {
        List<String> arguments = new ArrayList<>(List.of("gapura", "--lcores=0@" + core, "--iova-mode=va",
                "--no-telemetry"));
        if (hugePages) {
            arguments.add("--in-memory");
        } else {
            arguments.addAll(List.of("--no-huge", "--no-shconf", "-m", String.valueOf(memoryMib)));
        }
        if (devices.stream().noneMatch(EalSettings::isPci)) {
            arguments.add("--no-pci");
        }
        for (String device : devices) {
            arguments.addAll(isPci(device) ? List.of("-a", device) : List.of("--vdev=" + device));
        }
        arguments.addAll(extra);
        return arguments;
    }
}

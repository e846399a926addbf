package io.gapura.engine.port;

import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.bpf.XdpMode;
import java.util.List;

/**
 * How one network interface becomes a port.
 *
 * @param name   what the port is called in statistics
 * @param device the kernel's name of the interface
 * @param vlan   the tag of the port's frames, 1 to 4094, or {@link #UNTAGGED}
 * @param link   the interface that has the port's addresses and routes: the device, or the kernel's for its VLAN
 * @param modes  where the XDP program may run, best first
 * @param rings  of each queue
 */
public record AfXdpSettings(String name, String device, int vlan, String link, PortRole role,
        List<XdpMode> modes, XskSettings rings) {
    /** No VLAN. */
    public static final int UNTAGGED = VlanTag.NONE;

    public AfXdpSettings {
        modes = List.copyOf(modes);
    }

    /** Of frames without a tag. */
    public AfXdpSettings(String name, String device, PortRole role, List<XdpMode> modes, XskSettings rings) {
        this(name, device, UNTAGGED, device, role, modes, rings);
    }

    /** In the driver where it can, otherwise generic; zero-copy where it can. */
    public static AfXdpSettings of(String name, String device, PortRole role) {
        return new AfXdpSettings(name, device, role, List.of(XdpMode.NATIVE, XdpMode.GENERIC), XskSettings.DEFAULT);
    }
}

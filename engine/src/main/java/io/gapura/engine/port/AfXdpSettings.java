package io.gapura.engine.port;

import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.bpf.XdpMode;
import java.util.List;

/**
 * How one network interface becomes a port.
 *
 * @param name   what the port is called in statistics
 * @param device the kernel's name of the interface
 * @param modes  where the XDP program may run, best first
 * @param rings  of each queue
 */
public record AfXdpSettings(String name, String device, PortRole role, List<XdpMode> modes, XskSettings rings) {
    public AfXdpSettings {
        modes = List.copyOf(modes);
    }

    /** In the driver where it can, otherwise generic; zero-copy where it can. */
    public static AfXdpSettings of(String name, String device, PortRole role) {
        return new AfXdpSettings(name, device, role, List.of(XdpMode.NATIVE, XdpMode.GENERIC), XskSettings.DEFAULT);
    }
}

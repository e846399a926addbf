package io.gapura.ffi.bpf;

/** Where an XDP program runs. */
public enum XdpMode {
    /** In the driver, before the kernel has built a packet of its own. */
    NATIVE(4),
    /** In the network stack, for drivers without XDP: works everywhere, slower. */
    GENERIC(2);

    private final int flag;

    XdpMode(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}

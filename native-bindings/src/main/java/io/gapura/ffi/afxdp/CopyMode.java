package io.gapura.ffi.afxdp;

/** Whether the network card writes into the packet memory itself. */
public enum CopyMode {
    /** It does if the driver can; otherwise the kernel copies. See {@link XskSocket#zeroCopy}. */
    PREFER_ZERO_COPY(0),
    /** The kernel copies: works with every driver. */
    COPY(Xdp.XDP_COPY),
    /** It does, or opening the socket fails. */
    ZERO_COPY(Xdp.XDP_ZEROCOPY);

    private final int flag;

    CopyMode(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}

package io.gapura.ffi.afxdp;

/** Constants of linux/if_xdp.h, under their names there. */
final class Xdp {
    static final int AF_XDP = 44;
    static final int SOL_XDP = 283;

    static final int XDP_MMAP_OFFSETS = 1;
    static final int XDP_RX_RING = 2;
    static final int XDP_TX_RING = 3;
    static final int XDP_UMEM_REG = 4;
    static final int XDP_UMEM_FILL_RING = 5;
    static final int XDP_UMEM_COMPLETION_RING = 6;
    static final int XDP_STATISTICS = 7;
    static final int XDP_OPTIONS = 8;
    static final int XDP_MAX_TX_SKB_BUDGET = 9;

    static final int XDP_SHARED_UMEM = 1;
    static final int XDP_COPY = 2;
    static final int XDP_ZEROCOPY = 4;
    static final int XDP_USE_NEED_WAKEUP = 8;

    static final int XDP_OPTIONS_ZEROCOPY = 1;
    static final int XDP_RING_NEED_WAKEUP = 1;

    static final long XDP_PGOFF_RX_RING = 0;
    static final long XDP_PGOFF_TX_RING = 0x80000000L;
    static final long XDP_UMEM_PGOFF_FILL_RING = 0x100000000L;
    static final long XDP_UMEM_PGOFF_COMPLETION_RING = 0x180000000L;

    /** {@code struct xdp_desc { u64 addr; u32 len; u32 options; }}, the slots of receive and transmit rings. */
    static final int DESCRIPTOR_BYTES = 16;
    /** The slots of fill and completion rings: a {@code u64 addr}. */
    static final int ADDRESS_BYTES = 8;

    private Xdp() {
    }
}

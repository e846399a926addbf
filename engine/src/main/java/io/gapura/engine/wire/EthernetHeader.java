package io.gapura.engine.wire;

import io.gapura.ffi.Memory;

/**
 * An Ethernet II header without VLAN tag. The caller has checked that {@link #BYTES} bytes are there.
 *
 * <pre>
 *    0  destination   6
 *    6  source        6
 *   12  type          2
 * </pre>
 */
public final class EthernetHeader {
    public static final int BYTES = 14;
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_IPV6 = 0x86dd;

    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    private EthernetHeader() {
    }

    public static int type(long at) {
        return Memory.shortAt(at + TYPE);
    }

    /** The destination address in the low 48 bits. */
    public static long destination(long at) {
        return Memory.longAt(at) >>> 16;
    }

    /** The source address in the low 48 bits. */
    public static long source(long at) {
        return Memory.longAt(at + SOURCE) >>> 16;
    }

    /** Writes a header; addresses in the low 48 bits. */
    public static void write(long at, long destination, long source, int type) {
        Memory.putLong(at, destination << 16 | source >>> 32);
        Memory.putInt(at + 8, (int) source);
        Memory.putShort(at + TYPE, type);
    }
}

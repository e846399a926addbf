package io.gapura.gateway.capture;

import io.gapura.ffi.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng), little endian.
 *
 * <pre>
 *   type 4 │ total length 4 │ body, options │ total length 4
 *   option: code 2 │ length 2 │ value, padded to 4 │ …  end of options: 0 4
 * </pre>
 */
final class PcapngBlock {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int LINK_TYPE_ETHERNET = 1;

    private static final int COMMENT = 1;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_TIME_RESOLUTION = 9;
    private static final int STATISTICS_RECEIVED = 4;
    private static final int STATISTICS_DROPPED = 5;
    private static final int PACKET_FLAGS = 2;
    /** 10^-9 s. */
    private static final byte NANOSECONDS = 9;

    private static final int MOST_OPTION_BYTES = 1024;
    private static final int FIXED_BYTES = 64;

    private final ByteBuffer block;

    private PcapngBlock(int type, int roomBytes) {
        this.block = ByteBuffer.allocate(FIXED_BYTES + roomBytes).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(type).putInt(0);
    }

    /** What a file begins with. */
    static byte[] section(String application) {
        PcapngBlock section = new PcapngBlock(SECTION_HEADER, MOST_OPTION_BYTES);
        section.block.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        return section.option(SECTION_APPLICATION, application).finish();
    }

    /** The next interface: the first is 0. */
    static byte[] describe(String name, int snapBytes) {
        PcapngBlock description = new PcapngBlock(INTERFACE_DESCRIPTION, MOST_OPTION_BYTES);
        description.block.putShort((short) LINK_TYPE_ETHERNET).putShort((short) 0).putInt(snapBytes);
        return description.option(INTERFACE_NAME, name).option(INTERFACE_TIME_RESOLUTION, new byte[] {NANOSECONDS})
                .finish();
    }

    /**
     * A packet.
     *
     * @param flags     1 for received, 2 for sent
     * @param wholeBytes of which {@code bytes} are at {@code frame}
     */
    static byte[] packet(int port, long epochNs, int flags, int wholeBytes, long frame, int bytes, String comment) {
        PcapngBlock packet = new PcapngBlock(ENHANCED_PACKET, bytes + MOST_OPTION_BYTES);
        packet.block.putInt(port).putInt((int) (epochNs >>> 32)).putInt((int) epochNs).putInt(bytes)
                .putInt(wholeBytes);
        packet.block.put(Memory.bytesAt(frame, bytes));
        return packet.pad().option(COMMENT, comment).option(PACKET_FLAGS, little(4).putInt(flags).array()).finish();
    }

    /** What an interface's packets were in all. */
    static byte[] statistics(int port, long epochNs, long received, long lost) {
        PcapngBlock statistics = new PcapngBlock(INTERFACE_STATISTICS, MOST_OPTION_BYTES);
        statistics.block.putInt(port).putInt((int) (epochNs >>> 32)).putInt((int) epochNs);
        return statistics.option(STATISTICS_RECEIVED, little(8).putLong(received).array())
                .option(STATISTICS_DROPPED, little(8).putLong(lost).array()).finish();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private PcapngBlock option(int code, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return option(code,
                value.length <= MOST_OPTION_BYTES / 2 ? value : Arrays.copyOf(value, MOST_OPTION_BYTES / 2));
    }

    private PcapngBlock option(int code, byte[] value) {
        block.putShort((short) code).putShort((short) value.length).put(value);
        return pad();
    }

    private PcapngBlock pad() {
        while (block.position() % 4 != 0) {
            block.put((byte) 0);
        }
        return this;
    }

    private byte[] finish() {
        block.putInt(0);
        int total = block.position() + Integer.BYTES;
        block.putInt(total).putInt(Integer.BYTES, total);
        return Arrays.copyOf(block.array(), total);
    }
}

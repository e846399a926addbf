package io.gapura.ffi.netlink;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One message of a datagram, in the machine's byte order:
 *
 * <pre>
 *   0 u32 length, header included   4 u16 type   6 u16 flags   8 u32 sequence   12 u32 port   16 body
 * </pre>
 *
 * @param body from the message's own header on; its limit is the message's end
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
    static final int HEADER_BYTES = 16;

    /** Walks the messages of {@code datagram} up to the first one that does not fit into it. */
    static void forEach(ByteBuffer datagram, Consumer<NetlinkMessage> consumer) {
        int at = 0;
        while (datagram.limit() - at >= HEADER_BYTES) {
            int length = datagram.getInt(at);
            if (length < HEADER_BYTES || length > datagram.limit() - at) {
                return;
            }
            consumer.accept(at(datagram, at, length));
            at += roundUp(length);
        }
    }

    private static NetlinkMessage at(ByteBuffer datagram, int at, int length) {
        ByteBuffer body = datagram.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(datagram.order());
        return new NetlinkMessage(datagram.getShort(at + 4) & 0xffff, datagram.getShort(at + 6) & 0xffff,
                datagram.getInt(at + 8), body);
    }

    /** Messages and attributes start at multiples of four. May be beyond the datagram's end. */
    static int roundUp(int length) {
        return (length + 3) & ~3;
    }
}

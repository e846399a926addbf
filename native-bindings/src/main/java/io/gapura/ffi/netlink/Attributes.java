package io.gapura.ffi.netlink;

import io.gapura.ffi.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a message, by type: { u16 length, u16 type, value } each, aligned to four bytes. What does
 * not fit is left out, what is too short for the asked type counts as absent: nothing here throws.
 */
final class Attributes {
    private static final int HEADER_BYTES = 4;
    /** The upper two bits of a type are flags: nested, network byte order. */
    private static final int TYPE_MASK = 0x3fff;
    private static final int MAC_BYTES = 6;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    private Attributes() {
    }

    /** The attributes of {@code body} from {@code offset} on, which may be beyond its end. */
    static Attributes of(ByteBuffer body, int offset) {
        Attributes attributes = new Attributes();
        int at = offset;
        while (body.limit() - at >= HEADER_BYTES) {
            int length = body.getShort(at) & 0xffff;
            if (length < HEADER_BYTES || length > body.limit() - at) {
                break;
            }
            ByteBuffer value = body.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(body.order());
            attributes.values.put(body.getShort(at + 2) & TYPE_MASK, value);
            at += NetlinkMessage.roundUp(length);
        }
        return attributes;
    }

    boolean has(int type) {
        return values.containsKey(type);
    }

    /** An int in the machine's byte order. */
    int number(int type, int otherwise) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Integer.BYTES ? otherwise : value.getInt(0);
    }

    /** A short without sign in the machine's byte order. */
    int shortNumber(int type, int otherwise) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Short.BYTES ? otherwise : value.getShort(0) & 0xffff;
    }

    /** The same in network byte order. */
    int networkShort(int type, int otherwise) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Short.BYTES
                ? otherwise
                : (value.get(0) & 0xff) << Byte.SIZE | (value.get(1) & 0xff);
    }

    /** An IPv4 or IPv6 address; null if there is none, or what cannot be one. */
    @Nullable
    IpAddress address(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? null : address(value);
    }

    private static @Nullable IpAddress address(ByteBuffer value) {
        if (value.limit() != IpAddress.IPV4_BYTES && value.limit() != IpAddress.IPV6_BYTES) {
            return null;
        }
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        return IpAddress.of(bytes);
    }

    /** {@code struct rtvia { u16 family; u8 address[]; }}. */
    @Nullable
    IpAddress addressBehindFamily(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Short.BYTES
                ? null
                : address(value.slice(Short.BYTES, value.limit() - Short.BYTES));
    }

    /** An Ethernet address in the low 48 bits; 0 if there is none, or one of another length. */
    long mac(int type) {
        ByteBuffer value = values.get(type);
        if (value == null || value.limit() != MAC_BYTES) {
            return 0;
        }
        ByteBuffer network = value.duplicate().order(ByteOrder.BIG_ENDIAN);
        return Integer.toUnsignedLong(network.getInt(2)) | ((network.getShort(0) & 0xffffL) << 32);
    }

    /** A text that ends with a zero byte; empty if there is none. */
    String text(int type) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return "";
        }
        String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The attributes within an attribute; none if it is absent. */
    Attributes nested(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? new Attributes() : of(value, 0);
    }

    @Nullable
    ByteBuffer bytes(int type) {
        return values.get(type);
    }
}

package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A range of addresses that a peer's may be one of: its first and last, one after the other. */
final class AddressRange {
    private AddressRange() {
    }

    /** Whether it looks like one: {@code 192.0.2.0/24}, {@code 2001:db8::1-2001:db8::9}. */
    static boolean isOne(String text) {
        return text.matches("[0-9.]+(/\\d{1,2}|-[0-9.]+)|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(/\\d{1,3}|-[0-9a-fA-F:.]+)");
    }

    static Bytes parse(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return prefix(text, raw(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        }
        int dash = text.indexOf('-');
        Bytes first = Bytes.copyOf(raw(text.substring(0, dash)));
        Bytes last = Bytes.copyOf(raw(text.substring(dash + 1)));
        if (first.length() != last.length() || first.compareTo(last) > 0) {
            throw new IllegalArgumentException("'" + text + "' does not go from a lower to a higher address");
        }
        return Bytes.concat(first, last);
    }

    private static Bytes prefix(String text, byte[] address, int bits) {
        if (bits > address.length * Byte.SIZE) {
            throw new IllegalArgumentException("'" + text + "' has a longer prefix than addresses have");
        }
        byte[] last = address.clone();
        for (int bit = bits; bit < address.length * Byte.SIZE; bit++) {
            int mask = 0x80 >>> bit % Byte.SIZE;
            address[bit / Byte.SIZE] &= (byte) ~mask;
            last[bit / Byte.SIZE] |= (byte) mask;
        }
        return Bytes.concat(Bytes.copyOf(address), Bytes.copyOf(last));
    }

    private static byte[] raw(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }

    static boolean contains(Bytes range, Identity address) {
        int half = range.length() / 2;
        boolean isAddress = address.type().equals(IdType.IPV4_ADDRESS) || address.type().equals(IdType.IPV6_ADDRESS);
        return isAddress && address.value().length() == half
                && address.value().compareTo(range.slice(0, half)) >= 0
                && address.value().compareTo(range.from(half)) <= 0;
    }

    static String words(Bytes range) {
        int half = range.length() / 2;
        return word(range.slice(0, half)) + "-" + word(range.from(half));
    }

    static String word(Bytes address) {
        try {
            byte[] raw = address.toArray();
            String all = InetAddress.getByAddress(raw).getHostAddress();
            return raw.length == Integer.BYTES ? all : all.replaceFirst("(^|:)0(:0)+(:|$)", "::");
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + Arrays.toString(address.toArray()), e);
        }
    }
}

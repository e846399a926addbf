package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Who a peer claims to be, RFC 7296 §3.5. {@link #ANY} matches everybody.
 *
 * @param value the identification data without type and reserved bytes
 */
public record Identity(IdType type, Bytes value) {
    /** {@code %any}: as a peer's identity, whoever proves to know the secret. */
    public static final Identity ANY = new Identity(new IdType(0), Bytes.EMPTY);

    private static final String ANYBODY = "%any";
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int MAX_PRINTED = 128;

    /**
     * As swanctl reads it: {@code %any}, an IPv4 address, {@code user@domain}, {@code @#hex} for a key id, and
     * everything else as a domain name; a leading {@code @} is dropped.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Identity parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "an identity cannot be empty: write " + ANYBODY + " to accept everybody");
        }
        if (text.equals(ANYBODY)) {
            return ANY;
        }
        if (text.startsWith("@#")) {
            return new Identity(IdType.KEY_ID, Bytes.ofHex(text.substring(2)));
        }
        if (text.startsWith("@")) {
            return new Identity(IdType.FQDN, Bytes.ofUtf8(text.substring(1)));
        }
        if (IPV4.matcher(text).matches()) {
            return ofAddress(InetAddress.ofLiteral(text));
        }
        return new Identity(text.contains("@") ? IdType.RFC822_ADDRESS : IdType.FQDN, Bytes.ofUtf8(text));
    }

    public static Identity ofAddress(InetAddress address) {
        byte[] raw = address.getAddress();
        return new Identity(raw.length == 4 ? IdType.IPV4_ADDRESS : IdType.IPV6_ADDRESS, Bytes.copyOf(raw));
    }

    /** Whether it stands for more than one: a peer's identity in the configuration may, ours must not. */
    public boolean isPattern() {
        return equals(ANY);
    }

    /** Whether {@code other}, as a peer presents it, is this one or this one is {@link #ANY}. */
    public boolean accepts(Identity other) {
        return equals(ANY) || equals(other);
    }

    /** For logs: what a peer wrote is cut, and stripped of everything that could pass for a line of ours. */
    @Override
    public String toString() {
        if (equals(ANY)) {
            return ANYBODY;
        }
        if (type.equals(IdType.IPV4_ADDRESS) && value.length() == 4) {
            return value.at(0) + "." + value.at(1) + "." + value.at(2) + "." + value.at(3);
        }
        if (!type.equals(IdType.FQDN) && !type.equals(IdType.RFC822_ADDRESS)) {
            return "type " + type.number() + " " + value;
        }
        String text = new String(value.slice(0, Math.min(value.length(), MAX_PRINTED)).toArray(),
                StandardCharsets.UTF_8);
        return text.replaceAll("[^\\p{L}\\p{N}.@_:+-]", "?");
    }
}

package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who a peer claims to be, RFC 7296 §3.5, or a pattern of several: {@link #ANY} matches everybody, {@code *} the rest
 * of a name or a part of a distinguished name, a range of addresses those within.
 *
 * @param value the identification data without type and reserved bytes; of a range its first and last address
 */
public record Identity(IdType type, Bytes value) {
    /** {@code %any}: as a peer's identity, whoever proves to know the secret. */
    public static final Identity ANY = new Identity(new IdType(0), Bytes.EMPTY);

    /** Not on the wire: a range of addresses. */
    static final IdType ADDRESS_RANGE = new IdType(-1);

    private static final String ANYBODY = "%any";
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int MAX_PRINTED = 128;

    /** swanctl's words for types that the text does not show by itself. */
    private static final Map<String, IdType> PREFIXES = Map.ofEntries(
            Map.entry("ipv4", IdType.IPV4_ADDRESS), Map.entry("ipv6", IdType.IPV6_ADDRESS),
            Map.entry("fqdn", IdType.FQDN), Map.entry("dns", IdType.FQDN),
            Map.entry("rfc822", IdType.RFC822_ADDRESS), Map.entry("email", IdType.RFC822_ADDRESS),
            Map.entry("userfqdn", IdType.RFC822_ADDRESS), Map.entry("asn1dn", IdType.DER_ASN1_DN),
            Map.entry("asn1gn", IdType.DER_ASN1_GN), Map.entry("keyid", IdType.KEY_ID));

    /**
     * As swanctl reads it:
     *
     * <pre>
     *   %any                         everybody
     *   192.0.2.1  2001:db8::1       an address;  192.0.2.0/24  192.0.2.1-192.0.2.9  a range
     *   C=CH, O=Gapura, CN=*         a distinguished name, in the order of its encoding
     *   user@example.org             a mail address
     *   {@literal @}#0102            a key id in hexadecimal
     *   {@literal @}name  name       a domain name; {@literal @@} for a mail address
     *   keyid:name  fqdn:#6162       the type spelled out, with the value in hexadecimal after a #
     * </pre>
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
        int colon = text.indexOf(':');
        IdType type = colon < 0 ? null : PREFIXES.get(text.substring(0, colon).toLowerCase(Locale.ROOT));
        if (type != null) {
            return ofType(type, text.substring(colon + 1));
        }
        if (text.startsWith("@#")) {
            return new Identity(IdType.KEY_ID, hex(text.substring(2)));
        }
        if (text.startsWith("@@")) {
            return new Identity(IdType.RFC822_ADDRESS, Bytes.ofUtf8(text.substring(2)));
        }
        if (text.startsWith("@")) {
            return new Identity(IdType.FQDN, Bytes.ofUtf8(text.substring(1)));
        }
        if (text.contains("=")) {
            return new Identity(IdType.DER_ASN1_DN, DistinguishedName.parse(text));
        }
        if (text.contains("@")) {
            return new Identity(IdType.RFC822_ADDRESS, Bytes.ofUtf8(text));
        }
        return addressOrName(text);
    }

    private static Identity addressOrName(String text) {
        if (AddressRange.isOne(text)) {
            return new Identity(ADDRESS_RANGE, AddressRange.parse(text));
        }
        if (IPV4.matcher(text).matches() || text.contains(":")) {
            return ofAddress(InetAddress.ofLiteral(text));
        }
        return new Identity(IdType.FQDN, Bytes.ofUtf8(text));
    }

    private static Identity ofType(IdType type, String text) {
        if (text.startsWith("#")) {
            return new Identity(type, hex(text.substring(1)));
        }
        if (type.equals(IdType.IPV4_ADDRESS) || type.equals(IdType.IPV6_ADDRESS)) {
            Identity address = ofAddress(InetAddress.ofLiteral(text));
            if (!address.type.equals(type)) {
                throw new IllegalArgumentException("'" + text + "' is an address of the other family");
            }
            return address;
        }
        return new Identity(type, type.equals(IdType.DER_ASN1_DN)
                ? DistinguishedName.parse(text)
                : Bytes.ofUtf8(text));
    }

    private static Bytes hex(String digits) {
        try {
            return Bytes.ofHex(digits.replace(":", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + digits + "' is not hexadecimal", e);
        }
    }

    public static Identity ofAddress(InetAddress address) {
        byte[] raw = address.getAddress();
        return new Identity(raw.length == 4 ? IdType.IPV4_ADDRESS : IdType.IPV6_ADDRESS, Bytes.copyOf(raw));
    }

    /** Whether it stands for more than one: a peer's identity in the configuration may, ours must not. */
    public boolean isPattern() {
        return equals(ANY) || type.equals(ADDRESS_RANGE) || (isName() && value.startsWith(Bytes.of('*')))
                || (type.equals(IdType.DER_ASN1_DN) && DistinguishedName.isPattern(value));
    }

    private boolean isName() {
        return type.equals(IdType.FQDN) || type.equals(IdType.RFC822_ADDRESS);
    }

    /** Whether {@code other}, as a peer presents it, is this one or one that this pattern stands for. */
    public boolean accepts(Identity other) {
        return fitness(other) > 0;
    }

    /** How well {@code other} fits: 0 not at all, 1 as everybody does, 2 by a pattern, 3 exactly. */
    public int fitness(Identity other) {
        if (equals(ANY)) {
            return 1;
        }
        return isSame(other) ? 3 : matches(other) ? 2 : 0;
    }

    /** Names without regard to case, distinguished names without regard to how they are encoded. */
    private boolean isSame(Identity other) {
        if (equals(other)) {
            return true;
        }
        if (!type.equals(other.type)) {
            return false;
        }
        return (isName() && text(value).equalsIgnoreCase(text(other.value)))
                || (type.equals(IdType.DER_ASN1_DN) && DistinguishedName.areEqual(value, other.value));
    }

    private boolean matches(Identity other) {
        if (type.equals(ADDRESS_RANGE)) {
            return AddressRange.contains(value, other);
        }
        if (!type.equals(other.type)) {
            return false;
        }
        if (type.equals(IdType.DER_ASN1_DN)) {
            return DistinguishedName.matches(value, other.value);
        }
        return isName() && value.startsWith(Bytes.of('*'))
                && text(other.value).toLowerCase(Locale.ROOT).endsWith(text(value.from(1)).toLowerCase(Locale.ROOT));
    }

    /** A byte a character, so that what is no UTF-8 keeps its differences. */
    private static String text(Bytes value) {
        return new String(value.toArray(), StandardCharsets.ISO_8859_1);
    }

    /** For logs: what a peer wrote is cut, and stripped of everything that could pass for a line of ours. */
    @Override
    public String toString() {
        if (equals(ANY)) {
            return ANYBODY;
        }
        if (type.equals(ADDRESS_RANGE)) {
            return AddressRange.words(value);
        }
        if ((type.equals(IdType.IPV4_ADDRESS) && value.length() == 4)
                || (type.equals(IdType.IPV6_ADDRESS) && value.length() == 16)) {
            return AddressRange.word(value);
        }
        if (type.equals(IdType.DER_ASN1_DN)) {
            return printable(DistinguishedName.words(value));
        }
        if (type.equals(IdType.KEY_ID)) {
            return isPlain() ? "keyid:" + text(value) : "@#" + value;
        }
        if (!isName()) {
            return "type " + type.number() + " " + value;
        }
        return printable(new String(value.slice(0, Math.min(value.length(), MAX_PRINTED)).toArray(),
                StandardCharsets.UTF_8));
    }

    private boolean isPlain() {
        return !value.isEmpty() && value.length() <= MAX_PRINTED && text(value).matches("[A-Za-z0-9._-]+");
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 4 * MAX_PRINTED)).replaceAll("[^\\p{L}\\p{N}.@_:+*=, /-]",
                "?");
    }
}

package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** Names of RFC 5280 §4.1.2.4 in DER, compared one relative name after the other as strongSwan does. */
final class DistinguishedName {
    private static final String WILDCARD = "*";

    private DistinguishedName() {
    }

    /** Written as they are encoded, the largest unit first: {@code C=CH, O=Gapura, CN=gw}; slashes separate as well. */
    static Bytes parse(String text) {
        String commas = text.startsWith("/") ? text.substring(1).replace("/", ", ") : text;
        try {
            X500Name name = new X500Name(BCStyle.INSTANCE, commas);
            return Bytes.copyOf(name.getEncoded("DER"));
        } catch (IllegalArgumentException | IOException e) {
            throw new IllegalArgumentException("'%s' is no distinguished name: %s; write C=CH, O=Gapura, CN=gw, or"
                    .formatted(text, e.getMessage()) + " keyid:… if it is to be a key id", e);
        }
    }

    static boolean isPattern(Bytes der) {
        for (RDN each : rdns(der)) {
            if (each.getFirst() != null && isWildcard(each.getFirst().getValue())) {
                return true;
            }
        }
        return false;
    }

    static boolean areEqual(Bytes der, Bytes other) {
        return compare(rdns(der), rdns(other), false);
    }

    /** Whether {@code other} has the same relative names, where a value {@code *} of the pattern stands for any. */
    static boolean matches(Bytes pattern, Bytes other) {
        return compare(rdns(pattern), rdns(other), true);
    }

    private static boolean compare(RDN[] wanted, RDN[] given, boolean wildcards) {
        if (wanted.length != given.length || wanted.length == 0) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean any = wildcards && !wanted[i].isMultiValued() && !given[i].isMultiValued()
                    && isWildcard(wanted[i].getFirst().getValue())
                    && wanted[i].getFirst().getType().equals(given[i].getFirst().getType());
            if (!any && !IETFUtils.rDNAreEqual(wanted[i], given[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWildcard(ASN1Encodable value) {
        return IETFUtils.valueToString(value).equals(WILDCARD);
    }

    /** None, if it is no name. */
    private static RDN[] rdns(Bytes der) {
        try {
            return X500Name.getInstance(der.toArray()).getRDNs();
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new RDN[0];
        }
    }

    static String words(Bytes der) {
        StringBuilder words = new StringBuilder();
        for (RDN each : rdns(der)) {
            for (AttributeTypeAndValue part : each.getTypesAndValues()) {
                String type = BCStyle.INSTANCE.oidToDisplayName(part.getType());
                words.append(words.isEmpty() ? "" : ", ").append(type == null ? part.getType().getId() : type)
                        .append('=').append(IETFUtils.valueToString(part.getValue()));
            }
        }
        return words.isEmpty() ? "a distinguished name that is broken" : words.toString();
    }
}

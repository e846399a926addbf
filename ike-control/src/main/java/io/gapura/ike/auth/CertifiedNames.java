package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/** The identities that a certificate vouches for, RFC 4945 §3.1: its subject, its alternative names, its key's identifier. */
public final class CertifiedNames {
    private CertifiedNames() {
    }

    /** All of them, the subject first; names that cannot be read are left out. */
    public static List<Identity> of(X509Certificate certificate) {
        List<Identity> names = new ArrayList<>();
        X509CertificateHolder holder = Certificates.holder(certificate);
        if (holder.getSubject().getRDNs().length > 0) {
            names.add(Certificates.name(certificate.getSubjectX500Principal()));
        }
        try {
            Extension alternatives = holder.getExtension(Extension.subjectAlternativeName);
            if (alternatives != null) {
                for (GeneralName each : GeneralNames.getInstance(alternatives.getParsedValue()).getNames()) {
                    add(each, names);
                }
            }
            Extension keyIdentifier = holder.getExtension(Extension.subjectKeyIdentifier);
            if (keyIdentifier != null) {
                names.add(new Identity(IdType.KEY_ID, Bytes.copyOf(
                        SubjectKeyIdentifier.getInstance(keyIdentifier.getParsedValue()).getKeyIdentifier())));
            }
        } catch (IllegalArgumentException | IllegalStateException _) {
            return names;
        }
        names.add(new Identity(IdType.KEY_ID, Certificates.keyHash(certificate.getPublicKey())));
        return names;
    }

    private static void add(GeneralName name, List<Identity> names) {
        try {
            switch (name.getTagNo()) {
                case GeneralName.rfc822Name -> names.add(new Identity(IdType.RFC822_ADDRESS, text(name)));
                case GeneralName.dNSName -> names.add(new Identity(IdType.FQDN, text(name)));
                case GeneralName.directoryName -> names.add(new Identity(IdType.DER_ASN1_DN,
                        Bytes.copyOf(name.getName().toASN1Primitive().getEncoded("DER"))));
                case GeneralName.iPAddress -> names.add(Identity.ofAddress(InetAddress.getByAddress(
                        ASN1OctetString.getInstance(name.getName()).getOctets())));
                default -> {
                }
            }
            names.add(new Identity(IdType.DER_ASN1_GN, Bytes.copyOf(name.getEncoded("DER"))));
        } catch (UnknownHostException _) {
            // an address of neither 4 nor 16 bytes is nobody's
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Bytes text(GeneralName name) {
        return Bytes.ofUtf8(((ASN1String) name.getName()).getString());
    }

    /** Whether the certificate vouches for exactly this one. A {@code *} in a certificate means nothing here. */
    static boolean contain(X509Certificate certificate, Identity identity) {
        return !identity.isPattern() && of(certificate).stream().anyMatch(each -> each.fitness(identity) == 3);
    }

    /** For the log and for operators: those that make sense as {@code id}. */
    public static String words(X509Certificate certificate) {
        List<String> words = of(certificate).stream()
                .filter(each -> !each.type().equals(IdType.KEY_ID) && !each.type().equals(IdType.DER_ASN1_GN))
                .map(Identity::toString).toList();
        return words.isEmpty() ? "none" : String.join(" or ", words);
    }
}

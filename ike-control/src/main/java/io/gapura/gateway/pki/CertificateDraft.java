package io.gapura.gateway.pki;

import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.KeyKind;
import io.gapura.ike.message.IdType;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate that is about to be issued: RFC 5280's profile, RFC 4945's for IKE. */
public final class CertificateDraft {
    private static final int SERIAL_BITS = 127;

    private final X500Name subject;
    private final PublicKey key;
    private final Instant from;
    private final Instant until;
    private final List<GeneralName> alternatives = new ArrayList<>();
    private final List<Extra> extras = new ArrayList<>();
    private @Nullable BasicConstraints authority;
    private int keyUsage = KeyUsage.digitalSignature;
    private BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);

    private record Extra(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {}

    public CertificateDraft(X500Name subject, PublicKey key, Instant from, Instant until) {
        this.subject = subject;
        this.key = key;
        this.from = from;
        this.until = until;
    }

    /** May issue certificates itself, with so many authorities below it at most; -1 for as many as you like. */
    public CertificateDraft authority(int below) {
        authority = below < 0 ? new BasicConstraints(true) : new BasicConstraints(below);
        keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
        return this;
    }

    /** {@link KeyUsage}'s bits; 0 for none said. */
    public CertificateDraft keyUsage(int bits) {
        keyUsage = bits;
        return this;
    }

    /** An identity that it vouches for beside its subject, as {@code local.id} writes it. */
    public CertificateDraft alternative(String identity) throws IOException {
        alternatives.add(name(Identity.parse(identity)));
        return this;
    }

    private static GeneralName name(Identity identity) throws IOException {
        IdType type = identity.type();
        if (type.equals(IdType.IPV4_ADDRESS) || type.equals(IdType.IPV6_ADDRESS)) {
            return new GeneralName(GeneralName.iPAddress,
                    InetAddress.getByAddress(identity.value().toArray()).getHostAddress());
        }
        if (type.equals(IdType.RFC822_ADDRESS)) {
            return new GeneralName(GeneralName.rfc822Name, identity.toString());
        }
        if (type.equals(IdType.DER_ASN1_DN)) {
            return new GeneralName(X500Name.getInstance(identity.value().toArray()));
        }
        if (type.equals(IdType.FQDN)) {
            return new GeneralName(GeneralName.dNSName, identity.toString());
        }
        throw new IOException("'" + identity + "' cannot stand in a certificate");
    }

    /** What else its key is for, by object identifiers. */
    public CertificateDraft extendedKeyUsage(String... purposes) {
        KeyPurposeId[] ids = new KeyPurposeId[purposes.length];
        for (int i = 0; i < purposes.length; i++) {
            ids[i] = KeyPurposeId.getInstance(new ASN1ObjectIdentifier(purposes[i]));
        }
        return extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(ids));
    }

    /** Who says whether it is revoked. */
    public CertificateDraft ocsp(String uri) {
        return extension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(
                AccessDescription.id_ad_ocsp, new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    /** Where the list of revoked certificates is. */
    public CertificateDraft crl(String uri) {
        GeneralNames names = new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        return extension(Extension.cRLDistributionPoints, false, new CRLDistPoint(
                new DistributionPoint[] {new DistributionPoint(new DistributionPointName(names), null, null)}));
    }

    public CertificateDraft serial(BigInteger number) {
        serial = number;
        return this;
    }

    public CertificateDraft extension(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
        extras.add(new Extra(type, critical, value));
        return this;
    }

    /** Issues it by itself. */
    public X509Certificate selfSigned(PrivateKey own) throws GeneralSecurityException, IOException {
        return issue(new JcaX509v3CertificateBuilder(subject, serial, Date.from(from), Date.from(until), subject, key),
                key, own);
    }

    /** Issues it. */
    public X509Certificate issuedBy(X509Certificate issuer, PrivateKey issuerKey)
            throws GeneralSecurityException, IOException {
        X500Name name = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
        return issue(new JcaX509v3CertificateBuilder(name, serial, Date.from(from), Date.from(until), subject, key),
                issuer.getPublicKey(), issuerKey);
    }

    private X509Certificate issue(X509v3CertificateBuilder builder, PublicKey issuerKey, PrivateKey signer)
            throws GeneralSecurityException, IOException {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    identifiers.createAuthorityKeyIdentifier(issuerKey));
            addExtensions(builder);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(issuerKey, signer)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign by this key", e);
        }
    }

    private void addExtensions(X509v3CertificateBuilder builder) throws CertIOException {
        if (authority != null) {
            builder.addExtension(Extension.basicConstraints, true, authority);
        }
        if (keyUsage != 0) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
        }
        if (!alternatives.isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false,
                    new GeneralNames(alternatives.toArray(new GeneralName[0])));
        }
        for (Extra each : extras) {
            builder.addExtension(each.type, each.critical, each.value);
        }
    }

    /** Signs what is issued, by the algorithm that goes best with the key. */
    static ContentSigner signer(PublicKey key, PrivateKey signer)
            throws GeneralSecurityException, OperatorCreationException {
        String algorithm = switch (KeyKind.of(key)) {
            case RSA -> "SHA256withRSA";
            case ECDSA_256 -> "SHA256withECDSA";
            case ECDSA_384 -> "SHA384withECDSA";
            case ECDSA_521 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case ML_DSA_44 -> "ML-DSA-44";
            case ML_DSA_65 -> "ML-DSA-65";
            case ML_DSA_87 -> "ML-DSA-87";
        };
        return new JcaContentSignerBuilder(algorithm).build(signer);
    }
}

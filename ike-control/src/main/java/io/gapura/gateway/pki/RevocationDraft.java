package io.gapura.gateway.pki;

import io.gapura.gateway.pki.KeyFiles.Faulty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/** A list of revoked certificates that is about to be made, RFC 5280 §5. */
public final class RevocationDraft {
    private final X509Certificate issuer;
    private final Instant from;
    private final Duration life;
    private final Map<BigInteger, Instant> revoked = new LinkedHashMap<>();

    private RevocationDraft(X509Certificate issuer, Instant from, Duration life) {
        this.issuer = issuer;
        this.from = from;
        this.life = life;
    }

    public static RevocationDraft of(X509Certificate issuer, Instant from, Duration life) {
        return new RevocationDraft(issuer, from, life);
    }

    /** Takes over what is on an older list, if there is one. */
    public void keep(Path older) throws Faulty, GeneralSecurityException {
        if (!Files.exists(older)) {
            return;
        }
        X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(KeyFiles.revocationList(older).toArray()));
        list.verify(issuer.getPublicKey());
        if (list.getRevokedCertificates() != null) {
            for (X509CRLEntry each : list.getRevokedCertificates()) {
                revoked.put(each.getSerialNumber(), each.getRevocationDate().toInstant());
            }
        }
    }

    /** Revokes a certificate of this authority. */
    public void revoke(X509Certificate certificate) throws GeneralSecurityException {
        certificate.verify(issuer.getPublicKey());
        revoked.putIfAbsent(certificate.getSerialNumber(), from);
    }

    public int size() {
        return revoked.size();
    }

    /** In DER. */
    public byte[] sign(PrivateKey key) throws IOException, GeneralSecurityException {
        X509v2CRLBuilder builder = new JcaX509v2CRLBuilder(issuer, Date.from(from));
        builder.setNextUpdate(Date.from(from.plus(life)));
        revoked.forEach((serial, when) -> builder.addCRLEntry(serial, Date.from(when), CRLReason.unspecified));
        try {
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
            return builder.build(CertificateDraft.signer(issuer.getPublicKey(), key)).getEncoded();
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign by this key", e);
        }
    }

    /** Writes it, in the place of an older one at once. */
    public void write(Path file, PrivateKey key) throws IOException, GeneralSecurityException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, Pem.of("X509 CRL", sign(key)), StandardCharsets.US_ASCII);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

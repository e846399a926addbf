package io.gapura.ike.auth;

import io.gapura.gateway.pki.NewKey;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A server of OCSP in tests. */
public final class TestResponder {
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    private final TestAuthority authority;
    private final String says;
    private final X509Certificate certificate;
    private final PrivateKey key;

    /** Who signs. */
    public enum Signer {
        ISSUER,
        DELEGATE,
        /** Issued by the same authority, but for something else. */
        WITHOUT_PURPOSE,
        /** Issued by another authority of the same name, for this. */
        STRANGER
    }

    /**
     * A server.
     *
     * @param says of every certificate: good, revoked, unknown, or old, which is good of last year
     */
    public TestResponder(TestAuthority authority, Signer signer, String says) {
        this.authority = authority;
        this.says = says;
        TestAuthority by = signer == Signer.STRANGER ? TestAuthority.root(NewKey.ECDSA_256, "CN=Root") : authority;
        Owner owner = by.issue(NewKey.ECDSA_256, "ocsp", draft -> signer == Signer.WITHOUT_PURPOSE
                ? draft
                : draft.extendedKeyUsage(OCSP_SIGNING));
        this.certificate = signer == Signer.ISSUER ? authority.certificate : owner.certificate();
        this.key = signer == Signer.ISSUER ? authority.keys.getPrivate() : owner.keys().getPrivate();
    }

    public Bytes answerAbout(X509Certificate asked) throws IOException {
        return answer(Ocsp.request(new Link(asked, authority.certificate)));
    }

    public Bytes answer(Bytes request) throws IOException {
        try {
            X509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
            BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
            Instant from = TestAuthority.NOW.minus(says.equals("old") ? Duration.ofDays(300) : Duration.ofHours(1));
            CertificateStatus status = switch (says) {
                case "revoked" -> new RevokedStatus(Date.from(from), 1);
                case "unknown" -> new UnknownStatus();
                default -> CertificateStatus.GOOD;
            };
            builder.addResponse(new OCSPReq(request.toArray()).getRequestList()[0].getCertID(), status,
                    Date.from(from), Date.from(from.plus(Duration.ofDays(1))));
            return Bytes.copyOf(new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL,
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key),
                            new X509CertificateHolder[] {holder}, Date.from(from)))
                    .getEncoded());
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}

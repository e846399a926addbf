package io.gapura.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.RevocationDraft;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.auth.TestResponder.Signer;
import io.gapura.ike.auth.Trust.Admission;
import io.gapura.ike.auth.Trust.Circumstances;
import io.gapura.ike.auth.Trust.Claim;
import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.Payload.CertPayload;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer's targets in what peers show to prove who they are, and in what servers say of it: certificates, several of
 * them, raw public keys, lists of revoked certificates, OCSP responses. Seeded by what the tests' authorities make.
 */
final class CertificateFuzzTest {
    private static final String NAME = "gw.example.org";
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");
    private static final TestAuthority MIDDLE = ROOT.intermediate(NewKey.ED25519, "CN=Middle", draft -> draft);
    private static final Owner OWNER = ROOT.issue(NewKey.ED25519, NAME);
    private static final int LENGTH_BYTES = 2;
    private static final int DEPTH = 5_000;
    /** Those that are made quickly. */
    private static final List<NewKey> KINDS = List.of(NewKey.ED25519, NewKey.ED448, NewKey.ECDSA_256, NewKey.ECDSA_521,
            NewKey.RSA_2048, NewKey.ML_DSA_65);
    private static final int SEQUENCE = 0x30;
    private static final int INDEFINITE = 0x80;

    /** Sequences in each other, as many as fit. */
    private static byte[] nested() {
        byte[] nested = new byte[2 * DEPTH];
        for (int at = 0; at < nested.length; at += 2) {
            nested[at] = SEQUENCE;
            nested[at + 1] = (byte) INDEFINITE;
        }
        return nested;
    }

    static Stream<byte[]> certificates() throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>(List.of(ROOT.certificate, MIDDLE.certificate));
        for (NewKey kind : KINDS) {
            all.add(ROOT.issue(kind, NAME).certificate());
        }
        all.add(ROOT.issue(NewKey.ED25519, NAME, draft -> draft.alternative(NAME).alternative("192.0.2.1")
                .alternative("me@example.org").crl("http://crl.example.org/a").ocsp("http://ocsp.example.org/")
                .extendedKeyUsage("1.3.6.1.5.5.7.3.17")).certificate());
        GeneralSubtree[] below = {new GeneralSubtree(new GeneralName(GeneralName.dNSName, "example.org"))};
        all.add(ROOT.intermediate(NewKey.ECDSA_384, "CN=Narrow", draft -> draft.extension(Extension.nameConstraints,
                true, new NameConstraints(below, below))).certificate);
        return Stream.concat(all.stream().map(each -> Certificates.der(each).toArray()), Stream.of(nested()));
    }

    /** It is a certificate or not; it is trusted only if our authority has issued it. */
    @MethodSource("certificates")
    @FuzzTest
    void certificate(byte[] der) {
        try {
            X509Certificate certificate = Certificates.parse(Bytes.copyOf(der));
            assertThat(Certificates.words(certificate)).isNotEmpty();
            assertThat(CertifiedNames.words(certificate)).isNotNull();
        } catch (CertificateException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        admit(List.of(Bytes.copyOf(der)));
    }

    static Stream<byte[]> chains() {
        Owner below = MIDDLE.issue(NewKey.ECDSA_256, NAME);
        Owner alone = ROOT.issue(NewKey.RSA_2048, NAME);
        return Stream.of(together(below.chain()), together(alone.chain()), together(below.chain().reversed()),
                together(List.of(below.certificate(), below.certificate(), MIDDLE.certificate, ROOT.certificate)));
    }

    private static byte[] together(List<X509Certificate> chain) {
        return Bytes.concat(chain.stream().map(Certificates::der)
                .map(der -> Bytes.concat(Bytes.of(der.length() >> Byte.SIZE, der.length() & 0xff), der))
                .toArray(Bytes[]::new)).toArray();
    }

    /** Each behind its length. */
    @MethodSource("chains")
    @FuzzTest
    void chain(byte[] data) {
        List<Bytes> shown = new ArrayList<>();
        Bytes rest = Bytes.copyOf(data);
        while (rest.length() > LENGTH_BYTES) {
            int end = Math.min(rest.length(), LENGTH_BYTES + rest.shortAt(0));
            shown.add(rest.slice(LENGTH_BYTES, end));
            rest = rest.from(end);
        }
        admit(shown);
    }

    private static void admit(List<Bytes> shown) {
        List<CertPayload> payloads = shown.stream().map(der -> new CertPayload(CertEncoding.X509, der)).toList();
        Admission admission = ROOT.trust().admit(
                new Claim(Identity.parse(NAME), AuthMethod.DIGITAL_SIGNATURE, payloads),
                new Circumstances(TestAuthority.NOW, new Revocations(), false));
        if (admission instanceof Admission.Admitted) {
            assertThat(shown).anyMatch(CertificateFuzzTest::isOfRoot);
        }
    }

    private static boolean isOfRoot(Bytes der) {
        try {
            return Certificates.isIssuedBy(Certificates.parse(der), ROOT.certificate);
        } catch (CertificateException _) {
            return false;
        }
    }

    static Stream<byte[]> publicKeys() throws GeneralSecurityException {
        List<byte[]> keys = new ArrayList<>();
        for (NewKey kind : KINDS) {
            keys.add(kind.generate().getPublic().getEncoded());
        }
        keys.add(OWNER.keys().getPublic().getEncoded());
        return keys.stream();
    }

    /** Only the one that is configured counts. */
    @MethodSource("publicKeys")
    @FuzzTest
    void publicKey(byte[] encoded) {
        Admission admission = new PublicKeyTrust(List.of(OWNER.keys().getPublic())).admit(
                new Claim(Identity.parse(NAME), AuthMethod.DIGITAL_SIGNATURE,
                        List.of(new CertPayload(CertEncoding.RAW_PUBLIC_KEY, Bytes.copyOf(encoded)))),
                new Circumstances(TestAuthority.NOW, new Revocations(), false));
        assertThat(admission instanceof Admission.Admitted)
                .isEqualTo(Arrays.equals(encoded, OWNER.keys().getPublic().getEncoded()));
    }

    static Stream<byte[]> lists() throws GeneralSecurityException, IOException {
        RevocationDraft empty = RevocationDraft.of(ROOT.certificate, TestAuthority.NOW, Duration.ofDays(2));
        RevocationDraft one = RevocationDraft.of(ROOT.certificate, TestAuthority.NOW, Duration.ofDays(2));
        one.revoke(OWNER.certificate());
        RevocationDraft others = RevocationDraft.of(MIDDLE.certificate, TestAuthority.NOW, Duration.ofDays(2));
        return Stream.of(empty.sign(ROOT.keys.getPrivate()), one.sign(ROOT.keys.getPrivate()),
                others.sign(MIDDLE.keys.getPrivate()), nested());
    }

    /** A list is taken, or refused with a reason. */
    @MethodSource("lists")
    @FuzzTest
    void revocationList(byte[] encoded) {
        Revocations revocations = new Revocations();
        try {
            revocations.learn(Bytes.copyOf(encoded), ROOT.certificate, TestAuthority.NOW);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
        assertThat(revocations.standing(new Link(OWNER.certificate(), ROOT.certificate), TestAuthority.NOW))
                .isNotNull();
    }

    static Stream<byte[]> responses() throws Exception {
        Bytes question = Ocsp.request(new Link(OWNER.certificate(), ROOT.certificate));
        List<byte[]> answers = new ArrayList<>();
        for (Signer signer : Signer.values()) {
            answers.add(new TestResponder(ROOT, signer, "good").answer(question).toArray());
        }
        answers.add(new TestResponder(ROOT, Signer.ISSUER, "revoked").answer(question).toArray());
        answers.add(nested());
        return answers.stream();
    }

    /** A response says something about the certificate, or is refused with a reason. */
    @MethodSource("responses")
    @FuzzTest
    void ocspResponse(byte[] encoded) {
        Link link = new Link(OWNER.certificate(), ROOT.certificate);
        try {
            assertThat(Ocsp.read(Bytes.copyOf(encoded), link, TestAuthority.NOW).standing()).isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}

package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.machine.AnyMachine;
import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.PublicKeyTrust;
import io.gapura.ike.auth.RevocationRules;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.auth.TestAuthority;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.config.Connection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys in the configuration: what is read, and what is said about mistakes. */
final class CertificateSettingsTest {
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ED25519, "CN=Root");
    private static final TestAuthority MIDDLE = ROOT.intermediate(NewKey.ED25519, "CN=Middle", draft -> draft);
    private static final Owner OWNER = MIDDLE.issue(NewKey.ED25519, "hq.example.org");
    private static final String GOOD = """
            connections:
              hq:
                local_addrs: [192.0.2.1]
                remote_addrs: [192.0.2.2]
                local: { certs: [hq.pem], id: hq.example.org }
                remote: { cacerts: [root.pem], id: "*.example.org", revocation: strict }
                children: { lan: { local_ts: [10.1.0.0/16], remote_ts: [10.2.0.0/16] } }
            secrets:
              private-hq: { file: hq.key }
            authorities:
              middle: { cacert: middle.pem, ocsp_uris: ["http://ocsp.example.org/"] }
            """;

    @TempDir
    Path directory = Path.of("");

    @BeforeEach
    void writeFiles() throws Exception {
        Pem.writePublic(directory.resolve("root.pem"), Pem.of(List.of(ROOT.certificate)));
        Pem.writePublic(directory.resolve("middle.pem"), Pem.of(List.of(MIDDLE.certificate)));
        Pem.writePublic(directory.resolve("hq.pem"), Pem.of(List.of(OWNER.certificate())));
        Pem.writePublicKey(directory.resolve("hq.pub"), OWNER.keys().getPublic());
        Pem.writePrivateKey(directory.resolve("hq.key"), OWNER.keys().getPrivate());
        Pem.writePrivateKey(directory.resolve("other.key"), NewKey.ED25519.generate().getPrivate());
        Path none = Files.writeString(directory.resolve("not.key"), Pem.of(List.of(OWNER.certificate())));
        Files.setPosixFilePermissions(none, PosixFilePermissions.fromString("rw-------"));
        Pem.writePrivateKey(directory.resolve("open.key"), OWNER.keys().getPrivate());
        Files.setPosixFilePermissions(directory.resolve("open.key"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    private Connection read(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("gapura.yaml"), yaml);
        assertThat(ConfigurationSchema.faults(yaml)).isEmpty();
        return Configuration.read(file, new AnyMachine()).connections().getFirst();
    }

    @Test
    void certificatesAndTheirKeysComeTogether() throws Exception {
        Connection hq = read(GOOD);
        assertThat(hq.localId()).isEqualTo(Identity.parse("hq.example.org"));
        assertThat(hq.auth().local().credential()).isInstanceOfSatisfying(SigningKeys.class, keys -> {
            assertThat(keys.keys().getFirst().chain()).containsExactly(OWNER.certificate(), MIDDLE.certificate);
        });
        assertThat(hq.auth().remote().trust()).isInstanceOfSatisfying(CertificateTrust.class, trust -> {
            assertThat(trust.anchors()).containsExactly(ROOT.certificate);
            assertThat(trust.intermediates()).containsExactly(MIDDLE.certificate);
            assertThat(trust.rules().policy()).isEqualTo(RevocationRules.Policy.STRICT);
        });
    }

    @Test
    void theIdentityOfACertificateIsItsSubjectUnlessAnotherIsSaid() throws Exception {
        assertThat(read(GOOD.replace(", id: hq.example.org", "")).localId())
                .isEqualTo(Identity.parse("C=CH, O=Test, CN=hq.example.org"));
    }

    @Test
    void authoritiesAreTrustedWhereNoneIsNamed() throws Exception {
        Connection hq = read(GOOD.replace("cacerts: [root.pem]", "auth: pubkey"));
        assertThat(hq.auth().remote().trust()).isInstanceOfSatisfying(CertificateTrust.class,
                trust -> assertThat(trust.anchors()).containsExactly(MIDDLE.certificate));
    }

    @Test
    void rawPublicKeysDoWithoutCertificates() throws Exception {
        Connection hq = read(GOOD.replace("certs: [hq.pem]", "pubkeys: [hq.pub]")
                .replace("cacerts: [root.pem]", "pubkeys: [hq.pub]"));
        assertThat(hq.auth().remote().trust())
                .isEqualTo(new PublicKeyTrust(List.of(OWNER.keys().getPublic())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            file: hq.key              | file: other.key             | connections.hq.local: certs: there is no private key that belongs to it; add under 'secrets': private-x
            file: hq.key              | file: open.key              | can be read or changed by others than its owner; run: chmod 600
            file: hq.key              | file: not.key               | holds no private key; look with: gapura pki print
            file: hq.key              | file: none.key              | cannot read
            file: hq.key              | file: hq.key, id: me        | does not belong to a key in a file
            private-hq:               | ike-hq:                     | names of private keys begin with private
            id: hq.example.org        | id: hq.example.com          | the certificate is not for hq.example.com; it is for C=CH, O=Test, CN=hq.example.org or hq.example.org
            certs: [hq.pem]           | auth: pubkey                | needs a certificate; write certs: [gateway.pem]
            certs: [hq.pem]           | certs: [hq.pem], auth: psk  | psk does not go with certificates
            certs: [hq.pem]           | certs: [hq.pem], pubkeys: [hq.pub] | does not go with certs
            certs: [hq.pem]           | certs: [hq.key]             | holds no certificate
            cacerts: [root.pem]       | cacerts: [hq.pem]           | is not an authority's; certificates of peers belong into remote.certs
            cacerts: [root.pem]       | pubkeys: [hq.key]           | holds no public key
            http://ocsp.example.org/  | ldap://ocsp.example.org/    | is not possible here; write http
            cacert: middle.pem        | crls: [root.pem]            | 'cacert' is missing
            cacert: middle.pem        | cacert: middle.pem, crls: [root.pem] | list of revoked certificates that cannot be read
            """)
    void mistakesAreExplained(String good, String bad, String why) throws Exception {
        assertThat(GOOD).contains(good);
        Path file = Files.writeString(directory.resolve("gapura.yaml"), GOOD.replace(good, bad));
        assertThatThrownBy(() -> Configuration.read(file, new AnyMachine()))
                .isInstanceOf(InvalidConfiguration.class).hasMessageContaining(why)
                .hasMessageMatching("(?s).*gapura\\.yaml:\\d+:\\d+: .*");
    }
}

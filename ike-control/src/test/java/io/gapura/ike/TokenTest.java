package io.gapura.ike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.test.RequiresProgram;
import io.gapura.gateway.config.Configuration;
import io.gapura.gateway.config.InvalidConfiguration;
import io.gapura.gateway.machine.AnyMachine;
import io.gapura.gateway.pki.NewKey;
import io.gapura.gateway.pki.Pem;
import io.gapura.gateway.pki.Tokens;
import io.gapura.ike.auth.Credential;
import io.gapura.ike.auth.TestAuthority;
import io.gapura.ike.auth.TestAuthority.Owner;
import io.gapura.ike.config.Connection;
import io.gapura.ike.config.Connection.IkeOptions;
import io.gapura.ike.message.Secret;
import io.gapura.ike.sa.IkeState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in a PKCS#11 token, SoftHSM's, most of them made there, which never leave it. */
@RequiresProgram({"softhsm2-util", "pkcs11-tool"})
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TokenTest {
    private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";
    private static final String PIN = "1234";
    private static final TestAuthority ROOT = TestAuthority.root(NewKey.ECDSA_256, "CN=Root");
    private static final Owner RIGHT = ROOT.issue(NewKey.ED25519, "right.example.org");

    @TempDir
    private static Path directory = Path.of("");

    private final TestPeers peers = TestPeers.on(TestAuthority.NOW);

    @BeforeAll
    static void fillToken() throws Exception {
        Path objects = Files.createDirectory(directory.resolve("objects"));
        Files.writeString(Path.of(System.getenv("SOFTHSM2_CONF")),
                "directories.tokendir = %s%nobjectstore.backend = file%nlog.level = ERROR%n".formatted(objects));
        run("softhsm2-util", "--init-token", "--free", "--label", "hsm", "--pin", PIN, "--so-pin", "5678");
        keep("rsa", "01", "rsa:2048");
        keep("ecdsa256", "02", "EC:prime256v1");
        moveIn("ecdsa384", "03", NewKey.ECDSA_384);
        pkcs11("--keypairgen", "--key-type", "EC:prime256v1", "--id", "09", "--label", "bare");
        Pem.writePublic(directory.resolve("root.pem"), Pem.of(List.of(ROOT.certificate)));
        secret("pin", PIN);
        secret("wrong-pin", "4321");
    }

    /** Has the token make a key, certifies it, and puts the certificate beside it. */
    private static void keep(String label, String id, String kind) throws Exception {
        Path file = directory.resolve(label + ".der");
        pkcs11("--keypairgen", "--key-type", kind, "--id", id, "--label", label);
        pkcs11("--read-object", "--type", "pubkey", "--id", id, "--output-file", file.toString());
        PublicKey key = KeyFactory.getInstance(label.equals("rsa") ? "RSA" : "EC")
                .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(file)));
        certify(new KeyPair(key, null), label, id);
    }

    /** Puts a key into the token that was made elsewhere. */
    private static void moveIn(String label, String id, NewKey kind) throws Exception {
        KeyPair keys = kind.generate();
        Path file = directory.resolve(label + ".key");
        Pem.writePrivateKey(file, keys.getPrivate());
        run("softhsm2-util", "--import", file.toString(), "--token", "hsm", "--pin", PIN, "--label", label, "--id", id);
        Files.delete(file);
        certify(keys, label, id);
    }

    private static void certify(KeyPair keys, String label, String id) throws Exception {
        Owner owner = ROOT.issue(keys, "left.example.org", draft -> draft.alternative("left.example.org"));
        Path file = Files.write(directory.resolve(label + ".der"), owner.certificate().getEncoded());
        pkcs11("--write-object", file.toString(), "--type", "cert", "--id", id, "--label", label);
        Pem.writePublic(directory.resolve(label + ".pem"), Pem.of(List.of(owner.certificate())));
    }

    private static void secret(String name, String value) throws Exception {
        Files.setPosixFilePermissions(Files.writeString(directory.resolve(name), value),
                PosixFilePermissions.fromString("rw-------"));
    }

    private static void pkcs11(String... arguments) throws Exception {
        run(Stream.concat(Stream.of("pkcs11-tool", "--module", MODULE, "--token-label", "hsm", "--login", "--pin", PIN),
                Stream.of(arguments)).toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), said).isZero();
    }

    private static Connection read(String certificate, String token) throws Exception {
        Path file = Files.writeString(directory.resolve("gateway.yaml"), """
                connections:
                  peer:
                    local_addrs: [192.0.2.1]
                    remote_addrs: [192.0.2.2]
                    local: { certs: [%s.pem], id: left.example.org }
                    remote: { cacerts: [root.pem], id: right.example.org, revocation: off }
                    children: { net: { local_ts: [10.1.0.0/16], remote_ts: [10.2.0.0/16] } }
                secrets:
                  token-hsm: { %s }
                """.formatted(certificate, token));
        return Configuration.read(file, new AnyMachine()).connections().getFirst();
    }

    private static String token(String pin, String rest) {
        return "module: " + MODULE + ", secret_file: " + pin + rest;
    }

    /** A token that is open is not opened again, so that this comes first. */
    @Test
    @Order(1)
    void aWrongPinDoesNotOpenIt() {
        assertThatThrownBy(() -> read("rsa", token("wrong-pin", ""))).isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("CKR_PIN_INCORRECT").hasMessageContaining("gateway.yaml:9:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecdsa256", "ecdsa384"})
    void aKeyInATokenProvesWhoItsOwnerIs(String label) throws Exception {
        Credential credential = read(label, token("pin", "")).auth().local().credential();
        peers.load(
                TestPeers.leftConnection(CertificateAuthenticationTest.left(credential, ROOT.trust()),
                        IkeOptions.DEFAULT,
                        TestPeers.leftChild()),
                TestPeers.rightConnection(CertificateAuthenticationTest.right(RIGHT.credential(), ROOT.trust()),
                        IkeOptions.DEFAULT, TestPeers.rightChild()))
                .connect();
        peers.run(Duration.ofSeconds(2));

        assertThat(peers.failures).isEmpty();
        assertThat(peers.leftStatus().state()).isEqualTo(IkeState.ESTABLISHED);
        assertThat(peers.rightStatus().remoteId()).isEqualTo("left.example.org");
        assertThat(peers.trafficFlows()).isTrue();
    }

    /** Of each there is a handle, but nothing that could be written into a file. */
    @Test
    void keysStayInTheToken() throws Exception {
        List<PrivateKey> keys = Tokens.keys(MODULE, null, null, Secret.ofUtf8(PIN)).stream().map(Tokens.TokenKey::key)
                .toList();
        assertThat(keys).hasSize(3).allMatch(key -> key.getEncoded() == null);
    }

    @Test
    void aHandleChoosesAKey() throws Exception {
        assertThat(read("rsa", token("pin", ", handle: rsa"))).isNotNull();
        assertThatThrownBy(() -> read("rsa", token("pin", ", handle: ecdsa256")))
                .isInstanceOf(InvalidConfiguration.class).hasMessageContaining("there is no private key that belongs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pin       | %m              | , handle: none | the token has no private key with a certificate labelled 'none'; it has
            pin       | %m              | , handle: bare | the token has no private key with a certificate labelled 'bare'; it has
            pin       | %m              | , slot: 7      | cannot be opened
            pin       | /no/library.so  |                | cannot be opened
            """)
    void mistakesAreExplained(String pin, String module, String rest, String why) {
        String token = "module: " + module.replace("%m", MODULE) + ", secret_file: " + pin
                + (rest == null ? "" : rest);
        assertThatThrownBy(() -> read("rsa", token)).isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(why).hasMessageContaining("gateway.yaml:9:");
    }
}

package io.gapura.gateway.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.gateway.pki.KeyFiles.Faulty;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private keys as OpenSSL writes them: PKCS#8, PKCS#1, SEC 1, encrypted and not, PEM and DER. */
final class KeyFilesTest {
    private static final Secret PASSPHRASE = Secret.ofUtf8("correct horse");

    @TempDir
    static Path directory = Path.of("");

    private static void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        new ProcessBuilder("sh", "-c", "chmod 600 *").directory(directory.toFile()).start().waitFor();
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        openssl("genrsa", "-out", "rsa.pkcs8", "2048");
        openssl("rsa", "-in", "rsa.pkcs8", "-traditional", "-out", "rsa.pkcs1");
        openssl("rsa", "-in", "rsa.pkcs8", "-traditional", "-aes256", "-passout", "pass:correct horse", "-out",
                "rsa.legacy");
        openssl("pkcs8", "-topk8", "-in", "rsa.pkcs8", "-passout", "pass:correct horse", "-out", "rsa.encrypted");
        openssl("pkey", "-in", "rsa.pkcs8", "-pubout", "-out", "rsa.pub");
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec.sec1");
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", "ec.sec1", "-out", "ec.pkcs8");
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", "ec.sec1", "-outform", "DER", "-out", "ec.der");
        openssl("pkcs8", "-topk8", "-in", "ec.sec1", "-passout", "pass:correct horse", "-out", "ec.encrypted");
        openssl("pkey", "-in", "ec.sec1", "-pubout", "-out", "ec.pub");
        openssl("genpkey", "-algorithm", "ed25519", "-out", "ed.pkcs8");
        openssl("pkey", "-in", "ed.pkcs8", "-pubout", "-out", "ed.pub");
    }

    @ParameterizedTest
    @CsvSource({"rsa.pkcs8, rsa.pub", "rsa.pkcs1, rsa.pub", "rsa.legacy, rsa.pub", "rsa.encrypted, rsa.pub",
        "ec.sec1, ec.pub", "ec.pkcs8, ec.pub", "ec.der, ec.pub", "ec.encrypted, ec.pub", "ed.pkcs8, ed.pub"})
    void everyFormIsRead(String file, String other) throws Exception {
        assertThat(KeyFiles.isPair(KeyFiles.privateKey(directory.resolve(file), PASSPHRASE),
                KeyFiles.publicKey(directory.resolve(other)))).isTrue();
    }

    @Test
    void anotherKeyIsNoPair() throws Exception {
        assertThat(KeyFiles.isPair(KeyFiles.privateKey(directory.resolve("ec.sec1"), null),
                KeyFiles.publicKey(directory.resolve("ed.pub")))).isFalse();
        assertThat(KeyFiles.isPair(NewKey.RSA_2048.generate().getPrivate(),
                KeyFiles.publicKey(directory.resolve("rsa.pub")))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"rsa.legacy", "rsa.encrypted", "ec.encrypted"})
    void encryptedOnesWantTheirPassphrase(String file) {
        assertThatThrownBy(() -> KeyFiles.privateKey(directory.resolve(file), null)).isInstanceOf(Faulty.class)
                .hasMessageContaining("is encrypted; name the file that holds its passphrase");
        assertThatThrownBy(() -> KeyFiles.privateKey(directory.resolve(file), Secret.ofUtf8("battery staple")))
                .isInstanceOf(Faulty.class).hasMessageContaining("or its passphrase is another one");
    }
}

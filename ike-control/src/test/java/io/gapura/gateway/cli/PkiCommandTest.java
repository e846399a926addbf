package io.gapura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.gateway.pki.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gapura pki}: an authority, what it issues, and what it takes back. */
final class PkiCommandTest {
    @TempDir
    Path directory = Path.of("");

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void anAuthorityIssuesAndRevokes() throws Exception {
        assertThat(Gapura.execute("pki", "ca", "--dn", "O=Example, CN=CA", "--out", at("ca"))).isZero();
        assertThat(Gapura.execute("pki", "issue", "--ca", at("ca"), "--san", "a.example.org", "--san", "192.0.2.1",
                "--type", "ecdsa_256", "--out", at("a"))).isZero();
        assertThat(Gapura.execute("pki", "verify", "--ca", at("ca.pem"), "--id", "192.0.2.1", at("a.pem"))).isZero();
        assertThat(Gapura.execute("pki", "verify", "--ca", at("ca.pem"), "--id", "b.example.org", at("a.pem")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(Gapura.execute("pki", "print", at("a.pem"), at("ca.pem"))).isZero();
        assertThat(Gapura.execute("pki", "revoke", "--ca", at("ca"), "--out", at("ca.crl"))).isZero();
        assertThat(Gapura.execute("pki", "verify", "--ca", at("ca.pem"), "--crl", at("ca.crl"), at("a.pem"))).isZero();
        assertThat(Gapura.execute("pki", "revoke", "--ca", at("ca"), "--out", at("ca.crl"), at("a.pem"))).isZero();
        assertThat(Gapura.execute("pki", "revoke", "--ca", at("ca"), "--out", at("ca.crl"))).isZero();
        assertThat(Gapura.execute("pki", "verify", "--ca", at("ca.pem"), "--crl", at("ca.crl"), at("a.pem")))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void anAuthorityBelowAnotherSignsForKeysOfOthers() throws Exception {
        assertThat(Gapura.execute("pki", "ca", "--dn", "CN=CA", "--out", at("ca"))).isZero();
        assertThat(Gapura.execute("pki", "ca", "--dn", "CN=Below", "--under", at("ca"), "--out", at("below"))).isZero();
        assertThat(Gapura.execute("pki", "issue", "--ca", at("ca"), "--dn", "CN=old", "--out", at("old"))).isZero();
        assertThat(Gapura.execute("pki", "sign", "--ca", at("below"), "--san", "new.example.org", "--out", at("new"),
                at("old.pem"))).isZero();
        Files.writeString(directory.resolve("chain.pem"),
                Files.readString(directory.resolve("new.pem")) + Files.readString(directory.resolve("below.pem")));
        assertThat(Gapura.execute("pki", "verify", "--ca", at("ca.pem"), at("chain.pem"))).isZero();
        assertThat(KeyFiles.isPair(KeyFiles.privateKey(directory.resolve("old.key"), null),
                KeyFiles.publicKey(directory.resolve("new.pem")))).isTrue();
    }

    @Test
    void keysAreTheirOwnersAndNothingIsOverwritten() throws Exception {
        assertThat(Gapura.execute("pki", "ca", "--dn", "CN=CA", "--out", at("ca"))).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("ca.key"))))
                .isEqualTo("rw-------");
        String before = Files.readString(directory.resolve("ca.key"));
        assertThat(Gapura.execute("pki", "ca", "--dn", "CN=CA", "--out", at("ca"))).isEqualTo(ExitCode.FAILED);
        assertThat(Files.readString(directory.resolve("ca.key"))).isEqualTo(before);
        assertThat(Gapura.execute("pki", "issue", "--ca", at("none"), "--san", "a", "--out", at("a")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(Gapura.execute("pki", "issue", "--ca", at("ca"), "--out", at("a"))).isEqualTo(ExitCode.USAGE);
    }
}

package io.gapura.gateway.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Writes PEM files that do not exist yet: private keys readable by their owner alone from the first moment on. */
public final class Pem {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {
    }

    public static String of(String label, byte[] der) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, BASE64.encodeToString(der), label);
    }

    /** Certificates one after the other. */
    public static String of(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : certificates) {
            try {
                text.append(of("CERTIFICATE", each.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException(e);
            }
        }
        return text.toString();
    }

    public static void writePrivateKey(Path file, PrivateKey key) throws IOException {
        write(file, of("PRIVATE KEY", key.getEncoded()), "rw-------");
    }

    public static void writePublicKey(Path file, PublicKey key) throws IOException {
        write(file, of("PUBLIC KEY", key.getEncoded()), "rw-r--r--");
    }

    public static void writePublic(Path file, String pem) throws IOException {
        write(file, pem, "rw-r--r--");
    }

    private static void write(Path file, String pem, String mode) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(file, pem, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }
}

package io.gapura.gateway.pki;

import io.gapura.ike.auth.Certificates;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/** Keys and certificates in files: PEM, or DER; private keys in PKCS#8, PKCS#1 or SEC 1, encrypted or not. */
public final class KeyFiles {
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final int LONGEST_BYTES = 1 << 20;

    private KeyFiles() {
    }

    /** A file that is not what it should be; the message says what to do. */
    public static final class Faulty extends Exception {
        private static final long serialVersionUID = 1;

        Faulty(String what) {
            super(what, null, false, false);
        }

        public String what() {
            return String.valueOf(getMessage());
        }
    }

    /** All certificates of a file, in its order; at least one. */
    public static List<X509Certificate> certificates(Path file) throws Faulty {
        byte[] content = read(file);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            if (!isPem(content)) {
                return List.of(Certificates.parse(Bytes.copyOf(content)));
            }
            for (Object each : objects(content)) {
                if (each instanceof X509CertificateHolder holder) {
                    certificates.add(Certificates.parse(Bytes.copyOf(holder.getEncoded())));
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new Faulty(file + " holds no certificate that can be read: " + e.getMessage());
        }
        if (certificates.isEmpty()) {
            throw new Faulty(file + " holds no certificate; look with: gapura pki print " + file);
        }
        return certificates;
    }

    /** A list of revoked certificates, as it is. */
    public static Bytes revocationList(Path file) throws Faulty {
        return Bytes.copyOf(read(file));
    }

    /** A public key: SubjectPublicKeyInfo, or that of a certificate or of a request for one. */
    public static PublicKey publicKey(Path file) throws Faulty {
        byte[] content = read(file);
        try {
            if (!isPem(content)) {
                return publicKey(SubjectPublicKeyInfo.getInstance(content));
            }
            for (Object each : objects(content)) {
                if (each instanceof SubjectPublicKeyInfo key) {
                    return publicKey(key);
                }
                if (each instanceof PKCS10CertificationRequest request) {
                    return publicKey(request.getSubjectPublicKeyInfo());
                }
                if (each instanceof X509CertificateHolder holder) {
                    return Certificates.parse(Bytes.copyOf(holder.getEncoded())).getPublicKey();
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new Faulty(file + " holds no public key that can be read: " + e.getMessage());
        }
        throw new Faulty(file + " holds no public key; make one of a private key with: openssl pkey -pubout");
    }

    private static PublicKey publicKey(SubjectPublicKeyInfo key) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key.getAlgorithm().getAlgorithm().getId()))
                .generatePublic(new X509EncodedKeySpec(key.getEncoded("DER")));
    }

    /**
     * A private key, which nobody but its owner may be able to read.
     *
     * @param passphrase of an encrypted one
     */
    public static PrivateKey privateKey(Path file, @Nullable Secret passphrase) throws Faulty {
        byte[] content = read(file);
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new Faulty(file + " can be read or changed by others than its owner; run: chmod 600 " + file);
            }
            if (!isPem(content)) {
                return privateKey(PrivateKeyInfo.getInstance(content));
            }
            for (Object each : objects(content)) {
                PrivateKeyInfo key = plain(file, each, passphrase);
                if (key != null) {
                    return privateKey(key);
                }
            }
        } catch (IOException | GeneralSecurityException | PKCSException | OperatorCreationException
                | RuntimeException e) {
            throw new Faulty(file + " holds no private key that can be read"
                    + (passphrase == null ? "" : ", or its passphrase is another one"));
        }
        throw new Faulty(file + " holds no private key; look with: gapura pki print " + file);
    }

    private static @Nullable PrivateKeyInfo plain(Path file, Object object, @Nullable Secret passphrase)
            throws Faulty, IOException, PKCSException, OperatorCreationException {
        if (object instanceof PrivateKeyInfo plain) {
            return plain;
        }
        if (object instanceof PEMKeyPair pair) {
            return pair.getPrivateKeyInfo();
        }
        boolean encrypted = object instanceof PKCS8EncryptedPrivateKeyInfo || object instanceof PEMEncryptedKeyPair;
        if (encrypted && passphrase == null) {
            throw new Faulty(file + " is encrypted; name the file that holds its passphrase with secret_file");
        }
        if (passphrase == null) {
            return null;
        }
        char[] characters = passphrase.use(bytes -> new String(bytes, StandardCharsets.UTF_8)).toCharArray();
        if (object instanceof PKCS8EncryptedPrivateKeyInfo pkcs8) {
            return pkcs8.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider()).build(characters));
        }
        return object instanceof PEMEncryptedKeyPair pair
                ? pair.decryptKeyPair(new JcePEMDecryptorProviderBuilder().setProvider(new BouncyCastleProvider())
                        .build(characters)).getPrivateKeyInfo()
                : null;
    }

    private static PrivateKey privateKey(PrivateKeyInfo key) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance(algorithm(key.getPrivateKeyAlgorithm().getAlgorithm().getId()))
                .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded("DER")));
    }

    private static String algorithm(String oid) throws GeneralSecurityException {
        return switch (oid) {
            case "1.2.840.113549.1.1.1" -> "RSA";
            case "1.2.840.10045.2.1" -> "EC";
            case "1.3.101.112" -> "Ed25519";
            case "1.3.101.113" -> "Ed448";
            case "2.16.840.1.101.3.4.3.17", "2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.19" -> "ML-DSA";
            default -> throw new GeneralSecurityException("a key of kind " + oid + ", by which nobody signs in IKE");
        };
    }

    /** Whether the two belong together: what one signs the other verifies. */
    public static boolean isPair(PrivateKey key, PublicKey other) {
        return KeyPairs.match(new KeyPair(other, key));
    }

    private static byte[] read(Path file) throws Faulty {
        try {
            if (Files.size(file) > LONGEST_BYTES) {
                throw new Faulty(file + " is longer than " + LONGEST_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Faulty("cannot read " + file + ": " + e.getClass().getSimpleName());
        }
    }

    private static boolean isPem(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private static List<Object> objects(byte[] content) throws IOException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(new String(content, StandardCharsets.US_ASCII)))) {
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                objects.add(each);
            }
        }
        return objects;
    }
}

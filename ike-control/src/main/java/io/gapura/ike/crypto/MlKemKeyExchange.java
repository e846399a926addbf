package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Locale;
import javax.crypto.KEM;
import javax.security.auth.DestroyFailedException;

/**
 * ML-KEM, FIPS 203, by draft-ietf-ipsecme-ikev2-mlkem: the initiator sends an encapsulation key, the responder a
 * ciphertext; the secret is 32 bytes. The Java runtime computes it.
 */
final class MlKemKeyExchange implements KeyExchange {
    private static final String KEM_NAME = "ML-KEM";

    /** FIPS 203 §2.4: what coefficients are less than. */
    private static final int Q = 3329;
    /** Behind the coefficients, the seed of the matrix. */
    private static final int RHO_BYTES = 32;

    /** AlgorithmIdentifier of ML-KEM-512; the last byte of its OID counts up. */
    private static final Bytes ALGORITHM = Bytes.ofHex("300b06096086480165030404");
    private static final int DER_SEQUENCE = 0x30;
    private static final int DER_BIT_STRING = 0x03;
    private static final int DER_LENGTH_OF_TWO_BYTES = 0x82;

    private final KeyExchangeMethod method;
    private final PrivateKey decapsulationKey;
    private final Bytes publicValue;

    private MlKemKeyExchange(KeyExchangeMethod method, KeyPair pair) {
        this.method = method;
        this.decapsulationKey = pair.getPrivate();
        Bytes encoded = Bytes.copyOf(pair.getPublic().getEncoded());
        this.publicValue = encoded.from(encoded.length() - method.publicBytes());
    }

    static MlKemKeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(KEM_NAME);
            generator.initialize(new NamedParameterSpec(name(method)), random);
            return new MlKemKeyExchange(method, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + name(method), e);
        }
    }

    private static String name(KeyExchangeMethod method) {
        return KEM_NAME + "-" + method.keyword().substring("mlkem".length()).toUpperCase(Locale.ROOT);
    }

    /** @throws MalformedMessage if the encapsulation key fails the checks of FIPS 203 §7.2 */
    static Answer encapsulate(KeyExchangeMethod method, Bytes encapsulationKey, SecureRandom random)
            throws MalformedMessage {
        if (encapsulationKey.length() != method.publicBytes()) {
            throw MalformedMessage.syntax(
                    method.keyword() + " encapsulation key of " + encapsulationKey.length() + " bytes");
        }
        checkModulus(method, encapsulationKey);
        try {
            KEM.Encapsulated made = KEM.getInstance(KEM_NAME).newEncapsulator(key(method, encapsulationKey), random)
                    .encapsulate();
            return new Answer(Bytes.copyOf(made.encapsulation()), Secret.adopt(made.key().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name(method) + " failed to encapsulate", e);
        }
    }

    /** Coefficients are numbers of 12 bits, the lowest first, and none may be reduced by decoding it. */
    private static void checkModulus(KeyExchangeMethod method, Bytes key) throws MalformedMessage {
        for (int at = 0; at < key.length() - RHO_BYTES; at += 3) {
            int first = key.at(at) | (key.at(at + 1) & 0x0f) << 8;
            int second = key.at(at + 1) >>> 4 | key.at(at + 2) << 4;
            if (first >= Q || second >= Q) {
                throw MalformedMessage.syntax(method.keyword() + " encapsulation key with a coefficient beyond " + Q);
            }
        }
    }

    /** The Java runtime takes keys as SubjectPublicKeyInfo only, RFC 5280 §4.1. */
    private static PublicKey key(KeyExchangeMethod method, Bytes raw) throws GeneralSecurityException {
        Bytes algorithm = Bytes.concat(ALGORITHM, Bytes.of(1 + method.group() - KeyExchangeMethod.ML_KEM_512.group()));
        Bytes bits = Bytes.concat(Bytes.of(0), raw);
        Bytes info = der(DER_SEQUENCE, Bytes.concat(algorithm, der(DER_BIT_STRING, bits)));
        return KeyFactory.getInstance(KEM_NAME).generatePublic(new X509EncodedKeySpec(info.toArray()));
    }

    private static Bytes der(int tag, Bytes content) {
        return Bytes.concat(Bytes.of(tag, DER_LENGTH_OF_TWO_BYTES), Bytes.ofShort(content.length()), content);
    }

    @Override
    public KeyExchangeMethod method() {
        return method;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    /** A ciphertext of the right length always leads to some secret, FIPS 203 §7.3: AUTH tells a false one. */
    @Override
    public Secret agree(Bytes ciphertext) throws MalformedMessage {
        if (ciphertext.length() != ciphertextBytes(method)) {
            throw MalformedMessage.syntax(method.keyword() + " ciphertext of " + ciphertext.length() + " bytes");
        }
        try {
            KEM.Decapsulator decapsulator = KEM.getInstance(KEM_NAME).newDecapsulator(decapsulationKey);
            return Secret.adopt(decapsulator.decapsulate(ciphertext.toArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name(method) + " failed to decapsulate", e);
        }
    }

    /** FIPS 203 §8, table 3. */
    static int ciphertextBytes(KeyExchangeMethod method) {
        return switch (method) {
            case ML_KEM_512 -> 768;
            case ML_KEM_768 -> 1088;
            default -> 1568;
        };
    }

    @Override
    public void close() {
        try {
            decapsulationKey.destroy();
        } catch (DestroyFailedException e) {
            throw new IllegalStateException("the Java runtime keeps its ML-KEM keys", e);
        }
    }
}

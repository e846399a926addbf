package io.gapura.ike.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against libreswan: see the README beside {@code ikev2.rsp}. {@code GAPURA_CAVP} names a file with more answers of its.
 */
final class KeyScheduleTest {
    private static final Map<String, IkeSuite> SUITES = Map.of("SHA-256",
            new IkeSuite(Encryption.AES_256_GCM_16, null, Prf.HMAC_SHA2_256, KeyExchangeMethod.MODP_2048, List.of()),
            "SHA-384",
            new IkeSuite(Encryption.AES_256_GCM_16, null, Prf.HMAC_SHA2_384, KeyExchangeMethod.CURVE25519, List.of()),
            "SHA-512",
            new IkeSuite(Encryption.AES_256_CBC, Integrity.HMAC_SHA2_512_256, Prf.HMAC_SHA2_512,
                    KeyExchangeMethod.ECP_384, List.of()));
    private static final EspSuite ESP = new EspSuite(Encryption.AES_256_GCM_16, null, false, null, List.of());

    record Vector(IkeSuite suite, Map<String, String> fields) {
        Bytes bytes(String field) {
            return Bytes.ofHex(requireNonNull(fields.get(field)));
        }

        Secret secret(String field) {
            return Secret.copyOf(bytes(field));
        }

        Nonces nonces() {
            return new Nonces(bytes("Ni"), bytes("Nr"));
        }

        IkeSpis spis() {
            return new IkeSpis(bytes("SPIi").longAt(0), bytes("SPIr").longAt(0));
        }

        IkeKeys keys() {
            return KeySchedule.initial(suite, secret("g^ir"), nonces(), spis());
        }

        @Override
        public String toString() {
            return suite + " " + fields.get("COUNT");
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void keysOfAnIkeSaAreLibreswans(Vector vector) {
        assertThat(all(vector.keys())).isEqualTo(vector.bytes("DKM"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void keysOfAChildAreLibreswans(Vector vector) {
        ChildKeys keys = KeySchedule.child(vector.suite().prf(), vector.keys().d(), ESP, new SharedSecrets(),
                vector.nonces());
        assertThat(all(keys)).isEqualTo(vector.bytes("DKM(Child SA)"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void keysOfAChildWithItsOwnKeyExchangeAreLibreswans(Vector vector) {
        ChildKeys keys = KeySchedule.child(vector.suite().prf(), vector.keys().d(), ESP,
                new SharedSecrets().add(vector.secret("g^ir (new)")), vector.nonces());
        assertThat(all(keys)).isEqualTo(vector.bytes("DKM(Child SA D-H)"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void rekeyedIkeSaGrowsFromLibreswansSeed(Vector vector) {
        Prf prf = vector.suite().prf();
        IkeKeys keys = KeySchedule.rekeyed(prf, vector.keys().d(), vector.suite(),
                new SharedSecrets().add(vector.secret("g^ir (new)")), vector.nonces(), vector.spis());
        Secret seed = Secret.copyOf(Bytes.concat(vector.bytes("Ni"), vector.bytes("Nr"), vector.spis().bytes()));
        Bytes grown = bytes(prf.expand(vector.secret("SKEYSEED(Rekey)"), seed, all(keys).length()));
        assertThat(all(keys)).isEqualTo(grown);
    }

    static Stream<Vector> vectors() throws Exception {
        try (InputStream in = requireNonNull(KeyScheduleTest.class.getResourceAsStream("cavp/ikev2.rsp"))) {
            String fresh = System.getenv("GAPURA_CAVP");
            return Stream.concat(read(new String(in.readAllBytes(), UTF_8)).stream(),
                    fresh == null ? Stream.of() : read(Files.readString(Path.of(fresh))).stream());
        }
    }

    private static List<Vector> read(String answers) {
        List<Vector> vectors = new ArrayList<>();
        IkeSuite suite = requireNonNull(SUITES.get("SHA-256"));
        for (String line : answers.lines().toList()) {
            if (line.startsWith("[SHA-")) {
                suite = requireNonNull(SUITES.get(line.substring(1, line.length() - 1)));
            } else if (line.startsWith("COUNT")) {
                vectors.add(new Vector(suite, new HashMap<>()));
            }
            String[] field = line.split(" = ", 2);
            if (field.length == 2 && !line.startsWith("[")) {
                vectors.getLast().fields().put(field[0], field[1]);
            }
        }
        return vectors;
    }

    private static Bytes all(IkeKeys keys) {
        return Stream.of(keys.d(), keys.ai(), keys.ar(), keys.ei(), keys.er(), keys.pi(), keys.pr())
                .map(KeyScheduleTest::bytes).reduce(Bytes.EMPTY, Bytes::concat);
    }

    private static Bytes all(ChildKeys keys) {
        return Bytes.concat(bytes(keys.outbound(Role.INITIATOR)), bytes(keys.inbound(Role.INITIATOR)));
    }

    private static Bytes bytes(Secret secret) {
        return Bytes.copyOf(secret.toArray());
    }
}

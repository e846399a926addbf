package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProposalsTest {
    @Test
    void keywordsNameTransforms() {
        Proposal proposal = Proposals.ike(List.of("aes256gcm16-prfsha384-x25519")).getFirst();
        assertThat(proposal).isEqualTo(new Proposal(1, Protocol.IKE, Bytes.EMPTY,
                List.of(new Transform(TransformType.ENCRYPTION, 20, 256), Transform.of(TransformType.PRF, 6),
                        Transform.of(TransformType.KEY_EXCHANGE, 31))));
    }

    @Test
    void integrityStandsForThePrfToo() {
        assertThat(Proposals.describe(Proposals.ike(List.of("aes128-sha256-modp2048"))))
                .isEqualTo("aes128-sha256-prfsha256-modp2048");
    }

    @ParameterizedTest
    @CsvSource({"aes128gcm128-prfsha256-curve25519, aes128gcm16-prfsha256-x25519",
        "ecp384-prfsha512-aes192gcm16, aes192gcm16-prfsha512-ecp384",
        "aes256-aes192-sha512-sha384-ecp256, aes256-aes192-sha512-sha384-prfsha512-prfsha384-ecp256",
        "aes256-aes256-sha256-sha256-ecp256, aes256-sha256-prfsha256-ecp256"})
    void aliasesOrderAndRepetitionDoNotMatter(String written, String meant) {
        assertThat(Proposals.describe(Proposals.ike(List.of(written)))).isEqualTo(meant);
    }

    @Test
    void espMeansShortSequenceNumbersUnlessToldOtherwise() {
        assertThat(Proposals.describe(Proposals.esp(List.of("aes128gcm16")))).isEqualTo("aes128gcm16-noesn");
        assertThat(Proposals.describe(Proposals.esp(List.of("aes128gcm16-x25519-esn")))).isEqualTo(
                "aes128gcm16-x25519-esn");
    }

    @Test
    void narrowsToOnePrfAndNumbersAnew() {
        List<Proposal> two = Proposals.ike(List.of("aes256gcm16-prfsha384-x25519",
                "aes128-sha256-prfsha256-prfsha384-ecp256"));
        List<Proposal> sha256 = Proposals.withPrf(two, Prf.HMAC_SHA2_256);
        assertThat(Proposals.describe(sha256)).isEqualTo("aes128-sha256-prfsha256-ecp256");
        assertThat(sha256).extracting(Proposal::number).containsExactly(1);
        assertThat(Proposals.withPrf(two, Prf.HMAC_SHA2_512)).isEmpty();
    }

    @Test
    void defaultsAreNumberedInOrder() {
        List<Proposal> ike = Proposals.ike(List.of("aes128gcm16-prfsha256-ecp256", "default"));
        assertThat(ike).extracting(Proposal::number).containsExactly(1, 2, 3, 4);
        assertThat(ike.subList(1, 4)).extracting(proposal -> proposal.withNumber(0)).isEqualTo(
                Proposals.ike(List.of()).stream().map(proposal -> proposal.withNumber(0)).toList());
        assertThat(Proposals.describe(Proposals.esp(List.of())))
                .isEqualTo("aes256gcm16-aes128gcm16-chacha20poly1305-esn-noesn, "
                        + "aes256-aes128-sha256-sha384-sha512-esn-noesn");
    }

    /** Case B3: a test that all we advertise is implemented. */
    @Test
    void everythingOnOfferIsImplemented() {
        for (List<Proposal> defaults : List.of(Proposals.ike(List.of()), Proposals.esp(List.of()))) {
            assertThat(defaults).flatExtracting(Proposal::transforms).allMatch(Transforms::isImplemented);
        }
    }

    @Test
    void keyExchangeMethodsComeInOrderOfPreference() {
        List<Proposal> proposals = Proposals.ike(List.of("aes128gcm16-prfsha256-ecp384-x25519",
                "aes256-sha256-modp2048-x25519"));
        assertThat(Proposals.keyExchangeMethods(proposals)).containsExactly(KeyExchangeMethod.ECP_384,
                KeyExchangeMethod.CURVE25519, KeyExchangeMethod.MODP_2048);
        assertThat(Proposals.keyExchangeMethods(Proposals.withoutKeyExchange(proposals))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            aes256gcm16-x25519              | an AEAD needs a PRF beside it
            aes256gcm16-sha256-prfsha256-x25519 | an AEAD protects integrity itself: write prfsha256 if you mean the PRF
            aes256-x25519                   | this cipher needs an integrity algorithm beside it
            aes256-aes256gcm16-sha256-x25519 | AEADs and other ciphers cannot share a proposal
            aes256gcm16-prfsha256           | there is no key exchange
            sha256-x25519                   | there is no cipher
            aes256gcm16-prfsha256-x25518    | unknown algorithm 'x25518'; did you mean 'x25519'?
            aes256gcm16-prfsha25-x25519     | unknown algorithm 'prfsha25'; did you mean 'prfsha256'?
            aes256-md5-modp2048             | 'md5' is too weak and not implemented; choose from
            3des-sha256-modp2048            | '3des' is too weak and not implemented; choose from
            aes256gcm16-prfsha256-x25519-ke1_mlkem76 | unknown algorithm 'ke1_mlkem76'; did you mean 'ke1_mlkem768'?
            aes256gcm16-prfsha256-x25519-ke8_mlkem768 | unknown algorithm 'ke8_mlkem768'
            aes256-sha256-modp1024          | 'modp1024' is too weak and not implemented
            aes256gcm16-prfsha256-x25519-esn | 'esn' is not available for IKE
            aes256gcm16--x25519             | unknown algorithm ''; choose from
            kyber                           | unknown algorithm 'kyber'; choose from
            """)
    void faultsSayWhatToWriteInstead(String proposal, String message) {
        assertThatThrownBy(() -> Proposals.ike(List.of(proposal))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("proposal '" + proposal + "': " + message);
    }

    @Test
    void hybridComesFirstAndByItself() {
        List<Proposal> prefer = Proposals.ike(List.of(), PostQuantum.PREFER);
        assertThat(prefer).extracting(Proposals::isPostQuantum).containsExactly(true, false, false);
        assertThat(prefer.getFirst().transforms(TransformType.ADDITIONAL_KEY_EXCHANGE_1).getFirst().id())
                .isEqualTo(36);
        assertThat(Proposals.keyExchangeMethods(prefer).getFirst()).isEqualTo(KeyExchangeMethod.CURVE25519);
        assertThat(Proposals.ike(List.of(), PostQuantum.REQUIRE)).allMatch(Proposals::isPostQuantum);
        assertThat(Proposals.ike(List.of(), PostQuantum.OFF)).noneMatch(Proposals::isPostQuantum);
    }

    @ParameterizedTest
    @CsvSource({"aes128gcm16-prfsha256-x25519-ke1_mlkem512, true", "aes128gcm16-prfsha256-mlkem512, true",
        "aes128gcm16-prfsha256-x25519-ke1_mlkem512-ke1_none, false",
        "aes128gcm16-prfsha256-x25519-ke1_ecp256, false", "aes128gcm16-prfsha256-x25519-ke3_mlkem768-ke1_x448, true"})
    void whatCanBeAgreedOnWithoutKemIsClassical(String text, boolean postQuantum) {
        Proposal proposal = Proposals.ike(List.of(text)).getFirst();
        assertThat(Proposals.isPostQuantum(proposal)).isEqualTo(postQuantum);
        PostQuantum forbidden = postQuantum ? PostQuantum.OFF : PostQuantum.REQUIRE;
        assertThatThrownBy(() -> Proposals.ike(List.of(text), forbidden)).hasMessageContaining("post_quantum: ");
    }

    @Test
    void suitesPrintAsTheyAreWritten() {
        Proposal gcm = Proposals.ike(List.of("aes256gcm16-prfsha384-x25519")).getFirst();
        Proposal cbc = Proposals.ike(List.of("aes128-sha256-ecp256")).getFirst();
        assertThat(IkeSuite.of(gcm)).hasToString("aes256gcm16-prfsha384-x25519");
        Proposal hybrid = Proposals.ike(List.of("aes256ccm96-prfaescmac-x448-ke2_x25519-ke1_mlkem768")).getFirst();
        assertThat(IkeSuite.of(hybrid)).hasToString("aes256ccm12-prfaescmac-x448-ke1_mlkem768-ke2_x25519");
        assertThat(IkeSuite.of(cbc)).hasToString("aes128-sha256-prfsha256-ecp256");
        assertThat(EspSuite.of(Proposals.esp(List.of("aes256gcm16-esn")).getFirst())).hasToString("aes256gcm16-esn");
    }

    /** Every cipher of the packet engine can be configured, and every one that can be configured is there. */
    @Test
    void espHasTheCiphersOfTheEngine() {
        List<String> words = EspCipher.all().stream().map(EspCipher::keyword).toList();
        for (String word : words) {
            EspSuite suite = EspSuite.of(Proposals.esp(List.of(word + "-esn")).getFirst());
            assertThat(suite).hasToString(word + "-esn");
            assertThat(suite.protection()).isEqualTo(word);
            assertThat(suite.keyMaterialBytes()).isEqualTo(EspCipher.of(word).keyMaterialBytes());
        }
        for (Encryption cipher : Encryption.values()) {
            if (cipher.isForEsp()) {
                assertThat(words).anyMatch(word -> word.equals(cipher.keyword())
                        || word.startsWith(cipher.keyword() + "-"));
            }
        }
    }

    /** Every MAC that the packet engine has for AH, and no other. */
    @Test
    void ahHasTheMacsOfTheEngine() {
        for (AhMac mac : AhMac.all()) {
            EspSuite suite = EspSuite.of(Proposals.ah(List.of(mac.keyword() + "-esn")).getFirst());
            assertThat(suite).hasToString(mac.keyword() + "-esn");
            assertThat(suite.protection()).isEqualTo(mac.keyword());
            assertThat(suite.isAh()).isTrue();
            assertThat(suite.keyMaterialBytes()).isEqualTo(mac.keyMaterialBytes());
        }
        assertThat(AhMac.all()).hasSameSizeAs(Integrity.values());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            aes128               | this cipher needs an integrity algorithm beside it: add sha256, sha384 or sha512
            null                 | this cipher needs an integrity algorithm beside it: add sha256, sha384 or sha512
            aes128gcm16-sha256   | an AEAD protects integrity itself: leave out sha256
            aes128gmac-sha1      | an AEAD protects integrity itself: leave out sha1
            aes192ccm16          | 'aes192ccm16' is not available for ESP; choose from
            aes128-aes128gcm16-sha256 | AEADs and other ciphers cannot share a proposal
            sha256               | there is no cipher: add aes256gcm16 or aes128gcm16
            """)
    void faultsOfEspSayWhatToWriteInstead(String proposal, String message) {
        assertThatThrownBy(() -> Proposals.esp(List.of(proposal))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("proposal '" + proposal + "': " + message);
    }

    @ParameterizedTest
    @CsvSource({"null-sha256-prfsha256-x25519, null", "aes128gmac-prfsha256-x25519, aes128gmac"})
    void ikeHasToEncrypt(String proposal, String word) {
        assertThatThrownBy(() -> Proposals.ike(List.of(proposal)))
                .hasMessageContaining("'" + word + "' is not available for IKE");
    }
}

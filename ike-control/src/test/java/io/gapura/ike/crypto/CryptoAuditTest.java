package io.gapura.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CryptoAuditTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aes256gcm16-prfsha384-x25519                       | false | classical
            aes128-sha1-prfsha1-modp2048-ke1_mlkem768          | false | sha1 is;prfsha1 is;modp2048 has
            aes128gcm8-prfsha256-ecp224bp                      | true  | take aes128gcm16;ecp224bp has
            aes256gcm16-prfsha256-x25519-ke1_modp2048-ke2_mlkem512 | false | modp2048 has
            null-aesxcbc-esn | true | null encrypts nothing;aesxcbc is
            aes256gmac-noesn | true | aes256gmac encrypts nothing
            """)
    void whatIsClassicalOrWeakIsNamed(String suite, boolean quantumSafe, String expected) {
        List<String> findings = CryptoAudit.findings(suite, quantumSafe);
        List<String> words = List.of(expected.split(";", -1));
        assertThat(findings).hasSameSizeAs(words);
        for (int i = 0; i < words.size(); i++) {
            assertThat(findings.get(i)).contains(words.get(i));
        }
    }

    @Test
    void defaultsAreFine() {
        assertThat(CryptoAudit.findings("aes256gcm16-prfsha384-x25519-ke1_mlkem768", false)).isEmpty();
        assertThat(CryptoAudit.findings("aes256gcm16-esn", true)).isEmpty();
        assertThat(CryptoAudit.findings(Proposals.ike(List.of()), false)).isEmpty();
    }

    @Test
    void whatIsConfiguredClassicalOrWeakIsNamed() {
        assertThat(CryptoAudit.findings(Proposals.ike(List.of(), PostQuantum.OFF), false))
                .singleElement().asString().contains("no proposal has ML-KEM");
        assertThat(CryptoAudit.findings(Proposals.ike(List.of(), PostQuantum.OFF), true)).isEmpty();
        assertThat(CryptoAudit.findings(Proposals.ike(List.of("aes128-sha1-modp2048", "default")), false))
                .containsExactly("sha1 is for old peers: take sha256", "prfsha1 is for old peers: take prfsha256",
                        "modp2048 has a strength of 112 bits: take x25519");
    }
}

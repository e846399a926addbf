package io.gapura.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IdType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities as swanctl writes and compares them. */
class IdentityTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.1              | 1  | c0000201
            2001:db8::1            | 5  | 20010db8000000000000000000000001
            gw.example.org         | 2  | 67772e6578616d706c652e6f7267
            @gw                    | 2  | 6777
            a@b                    | 3  | 614062
            @@a@b                  | 3  | 614062
            @#0a0b                 | 11 | 0a0b
            keyid:ab               | 11 | 6162
            fqdn:192.0.2.1         | 2  | 3139322e302e322e31
            email:x                | 3  | 78
            ipv4:#c0000201         | 1  | c0000201
            CN=a                   | 9  | 300c310a300806035504030c0161
            """)
    void textsMeanWhatTheyMeanToSwanctl(String text, int type, String value) {
        assertThat(Identity.parse(text)).isEqualTo(new Identity(new IdType(type), Bytes.ofHex(value)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            %any                     | anybody.example.org      | 1
            gw.example.org           | GW.example.ORG           | 3
            *.example.org            | gw.example.org           | 2
            *.example.org            | gw.example.com           | 0
            *.example.org            | a@gw.example.org         | 0
            *@example.org            | me@example.org           | 2
            192.0.2.0/24             | 192.0.2.77               | 2
            192.0.2.0/24             | 192.0.3.1                | 0
            192.0.2.1-192.0.2.9      | 192.0.2.9                | 2
            2001:db8::/32            | 2001:db8:1::1            | 2
            192.0.2.0/24             | fqdn:192.0.2.1           | 0
            C=CH, O=Test, CN=gw      | C=CH, O=Test, CN=gw      | 3
            C=CH, O=Test, CN=gw      | C=CH,O=test,CN=GW        | 3
            C=CH, O=Test, CN=*       | C=CH, O=Test, CN=gw      | 2
            C=CH, O=*, CN=gw         | C=CH, O=Test, CN=gw      | 2
            C=CH, O=Test, CN=*       | O=Test, C=CH, CN=gw      | 0
            C=CH, O=Test, CN=*       | C=CH, O=Test             | 0
            C=CH, CN=*               | C=CH, O=Test, CN=gw      | 0
            keyid:ab                 | keyid:ab                 | 3
            keyid:ab                 | ab                       | 0
            """)
    void wildcardsStandForWhatTheyStandForInSwanctl(String wanted, String given, int fitness) {
        assertThat(Identity.parse(wanted).fitness(Identity.parse(given))).isEqualTo(fitness);
        assertThat(Identity.parse(wanted).isPattern()).isEqualTo(wanted.matches(".*[*%/-].*"));
    }

    /** Attack D4: types are not confused, and what a peer writes stands for nothing. */
    @Test
    void d4WhatAPeerWritesIsNoPattern() {
        Identity star = new Identity(IdType.FQDN, Bytes.ofUtf8("*.example.org"));
        assertThat(Identity.parse("gw.example.org").accepts(star)).isFalse();
        assertThat(Identity.parse("gw.example.org").accepts(new Identity(IdType.KEY_ID,
                Bytes.ofUtf8("gw.example.org")))).isFalse();
        assertThat(Identity.parse("gw.example.org").accepts(new Identity(IdType.FQDN,
                Bytes.ofUtf8("gw.example.org\0")))).isFalse();
        assertThat(Identity.parse("gw.example.org").accepts(new Identity(IdType.FQDN, Bytes.EMPTY))).isFalse();
        assertThat(Identity.parse("C=CH, CN=*").accepts(new Identity(IdType.DER_ASN1_DN, Bytes.of(0x30, 5, 1))))
                .isFalse();
    }

    @Test
    void whatAPeerWritesCannotLookLikeALineOfOurs() {
        Identity evil = new Identity(IdType.FQDN, Bytes.ofUtf8("a\n12:00 INFO b\u001b[2J${jndi:x}"));
        assertThat(evil.toString()).doesNotContain("\n", "\u001b", "$", "{");
        assertThat(new Identity(IdType.DER_ASN1_DN, Bytes.of(1, 2)).toString()).contains("broken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@#xyz", "C=CH, nonsense=1", "ipv4:2001:db8::1", "192.0.2.9-192.0.2.1",
        "192.0.2.0/40", "300.1.1.1"})
    void mistakesAreExplained(String text) {
        assertThatThrownBy(() -> Identity.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageMatching(
                "(?s).{10,}");
    }
}

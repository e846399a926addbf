package io.gapura.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "1::", "2001:db8::1", "fe80::1:2",
        "2001:db8:0:1:1:1:1:1", "1:2:3:4:5:6:7:8", "2001:0:0:1::1"})
    void writesWhatItReads(String text) {
        assertThat(IpAddress.of(text)).hasToString(text);
    }

    /** The examples of RFC 5952 §4.2.3 and §4.2.2. */
    @ParameterizedTest
    @CsvSource({"2001:0:0:1:0:0:0:1, 2001:0:0:1::1", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", "0:0:0:0:0:0:0:0, ::"})
    void shortensTheLongestRunOfZeros(String text, String shortened) {
        assertThat(IpAddress.of(text)).hasToString(shortened);
    }

    @Test
    void isTheSameAsTheJdksAddress() throws UnknownHostException {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[round % 2 == 0 ? 4 : 16];
            random.nextBytes(bytes);
            InetAddress address = InetAddress.getByAddress(bytes);
            assertThat(IpAddress.of(address).toBytes()).isEqualTo(bytes);
            assertThat(IpAddress.of(address).toInetAddress()).isEqualTo(address);
            assertThat(IpAddress.of(IpAddress.of(address).toString())).isEqualTo(IpAddress.of(address));
        }
    }

    @Test
    void tellsTheFamiliesApart() {
        assertThat(IpAddress.ofIpv4(0x0a01_0203).isIpv4()).isTrue();
        assertThat(IpAddress.ofIpv4(-1).ipv4()).isEqualTo(-1);
        assertThat(IpAddress.of("::ffff:10.1.2.3")).isEqualTo(IpAddress.of("10.1.2.3"));
        assertThat(IpAddress.of("::10.1.2.3").isIpv4()).isFalse();
        assertThat(IpAddress.of("0.0.0.0").isAny()).isTrue();
        assertThat(IpAddress.of("::").isAny()).isTrue();
        assertThat(IpAddress.of("::1").isAny()).isFalse();
        assertThat(IpAddress.of("febf::1").isLinkLocal()).isTrue();
        assertThat(IpAddress.of("fec0::1").isLinkLocal()).isFalse();
    }

    @Test
    void isOrderedWithoutSigns() {
        assertThat(IpAddress.of("8000::")).isGreaterThan(IpAddress.of("7fff::"));
        assertThat(IpAddress.of("1::8000:0:0:0")).isGreaterThan(IpAddress.of("1::7fff:0:0:0"));
        assertThat(IpAddress.of("200.0.0.1")).isGreaterThan(IpAddress.of("100.0.0.1"));
        assertThat(IpAddress.of("1::ffff:ffff:ffff:ffff").next()).isEqualTo(IpAddress.of("1:0:0:1::"));
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> IpAddress.of(new byte[5])).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5");
    }
}

package io.gapura.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read is said in the same words again. */
class TrafficSelectorsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.1.2.3/16            | 10.1.0.0/16",
        "0.0.0.0/0              | 0.0.0.0/0",
        "10.1.0.1-10.1.0.9      | 10.1.0.1-10.1.0.9",
        "10.1.0.0-10.1.0.255    | 10.1.0.0/24",
        "10.1.0.5[tcp/443]      | 10.1.0.5/32[tcp/443]",
        "10.1.0.5[17/1-2]       | 10.1.0.5/32[udp/1-2]",
        "10.1.0.5[udp/opaque]   | 10.1.0.5/32[udp/opaque]",
        "10.1.0.5[icmp]         | 10.1.0.5/32[icmp]",
        "10.1.0.5[icmp/any]     | 10.1.0.5/32[icmp]",
        "10.1.0.5[icmp/8]       | 10.1.0.5/32[icmp/8]",
        "10.1.0.5[icmp/0-8]     | 10.1.0.5/32[icmp/0-8]",
        "10.1.0.5[icmp/3(4)]    | 10.1.0.5/32[icmp/3(4)]",
        "dynamic[gre]           | 192.0.2.9/32[47]"})
    void isReadAndSaidAlike(String text, String words) {
        assertThat(io.gapura.ike.sa.TrafficSelectors.words(
                TrafficSelectors.parse(text, InetAddress.ofLiteral("192.0.2.9")))).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.1.0.0/33            | an IPv4 prefix has 0 to 32 bits",
        "2001:db8::/129         | an IPv6 prefix has 0 to 128 bits",
        "10.1.0.9-10.1.0.1      | ends before it starts",
        "10.1.0.9-2001:db8::    | is IPv4 at one end and IPv6 at the other",
        "10.1.0.5[any/opaque]   | opaque ports need a protocol",
        "10.1.0.5[any/443]      | ports need a protocol",
        "10.1.0.5[icmp/256]     | ICMP types and codes end at 255",
        "10.1.0.5[icmp/8-0]     | ICMP types go from 0 to 255 in order",
        "10.1.0.5[icmp/ping]    | is no ICMP type",
        "ten                    | is no range of addresses"})
    void saysWhatIsWrong(String text, String complaint) {
        assertThatThrownBy(() -> TrafficSelectors.parse(text, null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }
}

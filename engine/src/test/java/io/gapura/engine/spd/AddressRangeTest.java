package io.gapura.engine.spd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.IpAddress;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
    private static final int TEN = 10 << 24;

    @Test
    void containsItsEndsAndWhatLiesBetweenInUnsignedOrder() {
        AddressRange range = new AddressRange(0x7fff_fffe, 0x8000_0001);

        assertThat(range.contains(0x7fff_fffe)).isTrue();
        assertThat(range.contains(0x8000_0000)).isTrue();
        assertThat(range.contains(0x8000_0001)).isTrue();
        assertThat(range.contains(0x7fff_fffd)).isFalse();
        assertThat(range.contains(0x8000_0002)).isFalse();
    }

    @Test
    void ofAnyAddressContainsFirstAndLast() {
        assertThat(AddressRange.ANY.contains(0)).isTrue();
        assertThat(AddressRange.ANY.contains(-1)).isTrue();
        assertThat(AddressRange.prefix(TEN, 0)).isEqualTo(AddressRange.ANY);
    }

    @Test
    void ofAPrefixIgnoresTheBitsBehindIt() {
        assertThat(AddressRange.prefix(TEN | 0x1234, 24))
                .isEqualTo(new AddressRange(TEN | 0x1200, TEN | 0x12ff));
        assertThat(AddressRange.prefix(TEN, 32)).isEqualTo(AddressRange.single(TEN));
    }

    @Test
    void refusesToEndBeforeItStarts() {
        assertThatThrownBy(() -> new AddressRange(TEN + 1, TEN)).hasMessageContaining("10.0.0.1-10.0.0.0");
        assertThatThrownBy(() -> AddressRange.prefix(TEN, 33)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 10.0.0.0/8", "10, 11, 10.0.0.0/7", "10, 12, 10.0.0.0-12.255.255.255",
        "11, 12, 11.0.0.0-12.255.255.255",
        "0, 255, 0.0.0.0/0"})
    void printsAsAPrefixWhereItIsOne(int first, int last, String expected) {
        assertThat(new AddressRange(first << 24, last << 24 | 0xff_ffff)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ::/0",
        "2001:db8::, 2001:db8:0:ffff:ffff:ffff:ffff:ffff, 2001:db8::/48",
        "2001:db8::1, 2001:db8::1, 2001:db8::1/128", "2001:db8::1, 2001:db8::2, 2001:db8::1-2001:db8::2",
        "2001:db8:0:2::, 2001:db8:0:3:ffff:ffff:ffff:ffff, 2001:db8:0:2::/63",
        "2001:db8:0:1::, 2001:db8:0:2:ffff:ffff:ffff:ffff, 2001:db8:0:1::-2001:db8:0:2:ffff:ffff:ffff:ffff"})
    void printsIpv6AsAPrefixWhereItIsOne(String first, String last, String expected) {
        assertThat(new AddressRange(IpAddress.of(first), IpAddress.of(last))).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 1", "::1, ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe, 254",
        "2001:db8::ffff:ffff:ffff:ffff, 2001:db8:0:1::, 2"})
    void ofIpv6IsMadeOfTheFewestPrefixesToo(String first, String last, int expected) {
        AddressRange range = new AddressRange(IpAddress.of(first), IpAddress.of(last));
        assertThat(Prefix.of(range)).hasSize(expected);
        BigInteger next = AddressRange.number(range.first());
        for (Prefix prefix : Prefix.of(range)) {
            assertThat(AddressRange.number(prefix.address())).isEqualTo(next);
            next = next.add(BigInteger.ONE.shiftLeft(128 - prefix.bits()));
        }
        assertThat(next).isEqualTo(AddressRange.number(range.last()).add(BigInteger.ONE));
    }

    @ParameterizedTest
    @CsvSource({"0, 4294967295, 1", "0, 4294967294, 32", "1, 4294967294, 62", "5, 5, 1", "4294967295, 4294967295, 1",
        "168, 175, 1", "167, 176, 3"})
    void isMadeOfTheFewestPrefixes(long first, long last, int expected) {
        AddressRange range = new AddressRange((int) first, (int) last);

        assertThat(Prefix.of(range)).hasSize(expected);

        long next = first;
        for (Prefix prefix : Prefix.of(range)) {
            assertThat(Integer.toUnsignedLong(prefix.address().ipv4())).isEqualTo(next);
            next += 1L << (32 - prefix.bits());
        }
        assertThat(next).isEqualTo(last + 1);
    }
}

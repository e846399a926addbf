package io.gapura.engine.ah;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of RFC 4302 appendix A. */
final class MutableFieldsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String ADDRESSES = "0a0000010a000002";
    private static final String ADDRESSES_6 = "20010db8000a0000000000000000000120010db8000b00000000000000000007";

    private final MemorySegment memory = Arena.ofAuto().allocate(512);

    /** The header with its mutable fields zero, or nothing if that cannot be. */
    private String zero(String header) {
        byte[] bytes = HEX.parseHex(header);
        long at = memory.address();
        Memory.copy(bytes, 0, at, bytes.length);
        boolean zeroed = MutableFields.zero(at, at + bytes.length);
        return zeroed ? HEX.formatHex(Memory.bytesAt(at, bytes.length)) : "";
    }

    private static String ipv4(String options) {
        return "4" + Integer.toHexString(5 + options.length() / 8) + "b9" + "0200" + "1234" + "5fff" + "40" + "33"
                + "abcd"
                + ADDRESSES + options;
    }

    private static String zeroedIpv4(String options) {
        return "4" + Integer.toHexString(5 + options.length() / 8) + "00" + "0200" + "1234" + "0000" + "00" + "33"
                + "0000"
                + ADDRESSES + options;
    }

    @Test
    void ofIpv4AreTypeOfServiceFlagsOffsetTimeToLiveAndChecksum() {
        assertThat(zero(ipv4(""))).isEqualTo(zeroedIpv4(""));
    }

    @ParameterizedTest
    @CsvSource({"no operation, 01010101", "security, 820b000000000000000000 01", "extended security, 850401ff",
        "commercial security, 860800000001 0102", "router alert, 94040000", "sender directed, 95081122 33445566",
        "end of list and padding, 00ffffff"})
    void immutableOptionsStay(String name, String option) {
        String options = option.replace(" ", "");
        assertThat(zero(ipv4(options))).as(name).isEqualTo(zeroedIpv4(options));
    }

    @ParameterizedTest
    @CsvSource({"record route, 07070401020304 01", "timestamp, 44080501 00000000",
        "traceroute, 520c0001000100010a000001",
        "stream, 88040001", "loose route at its end, 83070801020304 01", "strict route at its end, 89070801020304 01",
        "unknown, ff041234", "without data, fe02 0101"})
    void mutableOptionsAreZeroedWhole(String name, String option) {
        String options = option.replace(" ", "");
        int padding = option.contains(" 01") ? options.length() - option.replaceAll(" 01.*", "").length() : 0;
        String zeros = "0".repeat(options.length() - padding) + "01".repeat(padding / 2);
        assertThat(zero(ipv4(options))).as(name).isEqualTo(zeroedIpv4(zeros));
    }

    @Test
    void eachOptionIsLookedAt() {
        assertThat(zero(ipv4("0704040094040000" + "44040500"))).isEqualTo(zeroedIpv4("0000000094040000" + "00000000"));
    }

    @ParameterizedTest
    @CsvSource({"loose route with a way to go, 83070401020304 01", "strict one, 89070401020304 01",
        "route without a pointer, 83020101",
        "length 0, 44000000", "length 1, 44010000", "longer than the header, 44080000", "no length, 01010144"})
    void whatCannotBeAuthenticatedIsRefused(String name, String option) {
        assertThat(zero(ipv4(option.replace(" ", "")))).as(name).isEmpty();
    }

    private static String ipv6(int next, String extensions) {
        return "6b954321" + "0040" + "%02x".formatted(next) + "40" + ADDRESSES_6 + extensions;
    }

    private static String zeroedIpv6(int next, String extensions) {
        return "60000000" + "0040" + "%02x".formatted(next) + "00" + ADDRESSES_6 + extensions;
    }

    @Test
    void ofIpv6AreTrafficClassFlowLabelAndHopLimit() {
        assertThat(zero(ipv6(51, ""))).isEqualTo(zeroedIpv6(51, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60})
    void dataOfOptionsThatMayChangeIsZeroed(int next) {
        String options = "3301" + "3e041122334400" + "1e02abcd" + "010100";
        String zeroed = "3301" + "3e040000000000" + "1e02abcd" + "010100";
        assertThat(zero(ipv6(next, options))).isEqualTo(zeroedIpv6(next, zeroed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02"})
    void aRoutingHeaderAtItsEndStays(String type) {
        String routing = "3302" + type + "00" + "00000000" + "20010db8000000000000000000000099";
        assertThat(zero(ipv6(43, routing))).isEqualTo(zeroedIpv6(43, routing));
    }

    @ParameterizedTest
    @CsvSource({"a route with a way to go, 43, 3302000100000000 20010db8000000000000000000000099",
        "a fragment header, 44, 3300000000001234", "an option longer than its header, 0, 33003e0500000000",
        "an option without length, 60, 330001020000003e", "a header longer than what is there, 0, 3302010400000000"})
    void headersThatAhCannotFollowAreRefused(String name, int next, String extension) {
        assertThat(zero(ipv6(next, extension.replace(" ", "")))).as(name).isEmpty();
    }
}

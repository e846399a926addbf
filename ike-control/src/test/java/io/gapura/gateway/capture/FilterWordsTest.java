package io.gapura.gateway.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilterWordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "host 10.1.0.1", "src 10.1.0.0/16 udp dport 53", "dst 2001:db8::/32 icmp6",
        "spi 0xc0ffee00", "spi 4294967295", "proto 50 port 4500", "reason REPLAYED,no_sa,bad-padding"})
    void readsWords(String words) {
        assertThat(FilterWords.parse(words)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            hots 10.1.0.1; did you mean 'host'?
            src; say which
            port 65536; not between 0 and 65535
            port http; that is no number
            src 10.1.0.0/33; not between 0 and 32
            reason REPLAY; did you mean 'REPLAYED'?
            spi 0x1ffffffff; not between 0 and 4294967295
            """)
    void saysWhatIsWrong(String words, String why) {
        assertThatThrownBy(() -> FilterWords.parse(words)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesNamesOfHosts() {
        assertThatThrownBy(() -> FilterWords.parse("host localhost")).isInstanceOf(IllegalArgumentException.class);
    }
}

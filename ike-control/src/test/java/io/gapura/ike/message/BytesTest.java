package io.gapura.ike.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BytesTest {
    private static final Bytes EIGHT = Bytes.ofHex("0102030405f6f7f8");

    @Test
    void numbersAreBigEndian() {
        assertThat(EIGHT.at(5)).isEqualTo(0xf6);
        assertThat(EIGHT.shortAt(0)).isEqualTo(0x0102);
        assertThat(EIGHT.intAt(4)).isEqualTo(0x05f6f7f8);
        assertThat(EIGHT.longAt(0)).isEqualTo(0x0102030405f6f7f8L);
        assertThat(Bytes.ofLong(0x0102030405f6f7f8L)).isEqualTo(EIGHT);
        assertThat(Bytes.ofInt(0xfffefdfc)).isEqualTo(Bytes.of(255, 254, 253, 252));
    }

    @Test
    void nothingIsReadPastTheEnd() {
        Bytes slice = EIGHT.slice(2, 6);
        assertThatThrownBy(() -> slice.at(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.intAt(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.slice(3, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.slice(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> slice.slice(Integer.MAX_VALUE, Integer.MIN_VALUE))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void slicesAreEqualToCopies() {
        Bytes slice = EIGHT.slice(2, 6);
        assertThat(slice).isEqualTo(Bytes.ofHex("030405f6")).hasSameHashCodeAs(Bytes.ofHex("030405f6"));
        assertThat(slice).isNotEqualTo(Bytes.ofHex("030405f7")).isNotEqualTo(Bytes.ofHex("030405"));
        assertThat(slice.toBuffer()).isEqualTo(ByteBuffer.wrap(slice.toArray()));
    }

    @Test
    void callersCannotChangeThem() {
        byte[] source = {1, 2, 3};
        Bytes bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toArray()[1] = 9;
        assertThat(bytes).isEqualTo(Bytes.of(1, 2, 3));
        assertThat(bytes.toBuffer().isReadOnly()).isTrue();
    }

    @Test
    void orderIsThatOfUnsignedNumbers() {
        assertThat(Bytes.of(0x7f)).isLessThan(Bytes.of(0x80));
        assertThat(Bytes.of(1, 2)).isLessThan(Bytes.of(1, 2, 0));
    }

    @Test
    void longOnesAreCutInLogs() {
        assertThat(Bytes.zeros(100).toString()).endsWith("… (100 bytes)").hasSizeLessThan(120);
    }

    @Test
    void secretsPrintNothingAndForgetEverything() {
        Secret secret = Secret.ofUtf8("correct horse");
        assertThat(secret).hasToString("***");
        byte[][] lent = new byte[1][];
        secret.use(value -> {
            lent[0] = value;
            return value.length;
        });
        secret.close();
        assertThat(lent[0]).containsOnly(0);
        assertThatThrownBy(secret::toArray).isInstanceOf(IllegalStateException.class);
    }
}

package io.gapura.ffi.bpf;

import static io.gapura.ffi.bpf.BpfAssembler.Register.R0;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R1;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R10;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R2;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R6;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.bpf.BpfAssembler.Condition;
import io.gapura.ffi.bpf.BpfAssembler.Width;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The expected encodings are those of the kernel's own assembler macros, as the eight bytes of struct bpf_insn. */
final class BpfAssemblerTest {
    private final BpfAssembler code = new BpfAssembler();

    @Test
    void movesAndArithmetic() {
        code.move(R1, R6).move(R0, 2).move(R0, -1).add(R2, 14).add(R7, R2).and(R2, 15).shiftLeft(R2, 2).shiftRight(R2,
                16);
        assertThat(encoded()).containsExactly("bf61000000000000", "b700000002000000", "b7000000ffffffff",
                "070200000e000000", "0f27000000000000", "570200000f000000", "6702000002000000", "7702000010000000");
    }

    @Test
    void aLongImmediateTakesTwoInstructions() {
        code.moveLong(R1, 0x1122334455667788L);
        assertThat(encoded()).containsExactly("1801000088776655", "0000000044332211");
    }

    @Test
    void loadsAndStores() {
        code.load(Width.BYTE, R2, R6, 9).load(Width.INT, R6, R1, 0).load(Width.LONG, R2, R6, 0).store(Width.INT, R10,
                -4, R2);
        assertThat(encoded()).containsExactly("7162090000000000", "6116000000000000", "7962000000000000",
                "632afcff00000000");
    }

    @Test
    void networkOrderIsALoadAndASwap() {
        code.loadBigEndian(Width.SHORT, R2, R6, 12);
        assertThat(encoded()).containsExactly("69620c0000000000", "dc02000010000000");
    }

    @Test
    void jumpsCountFromTheNextInstructionInBothDirections() {
        code.label("start").jumpIf(R2, Condition.GREATER, R7, "end").jumpIf(R2, Condition.NOT_EQUAL, 0x800, "start");
        code.jump("end").label("end").exit();
        assertThat(encoded()).containsExactly("2d72020000000000", "5502feff00080000", "0500000000000000",
                "9500000000000000");
    }

    @Test
    void helpersAreCalledByNumber() {
        code.call(BpfHelper.REDIRECT_MAP);
        assertThat(encoded()).containsExactly("8500000033000000");
    }

    @Test
    void labelsMustBeDefinedOnce() {
        code.label("here");
        assertThatThrownBy(() -> code.label("here")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label here is already defined");
        assertThatThrownBy(() -> code.jump("there").assemble()).isInstanceOf(IllegalStateException.class)
                .hasMessage("label there is not defined");
    }

    private String[] encoded() {
        return Arrays.stream(code.assemble())
                .mapToObj(instruction -> "%016x".formatted(Long.reverseBytes(instruction)))
                .toArray(String[]::new);
    }
}

package io.gapura.ffi.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles eBPF, RFC 9669. Instructions are written in order, jumps name labels that may come later.
 *
 * <pre>
 *   bits  0 …  7   8 … 11        12 … 15   16 … 31   32 … 63
 *         opcode   destination   source    offset    immediate        one long each
 * </pre>
 */
public final class BpfAssembler {
    /** R0 holds results, R1 to R5 arguments that calls destroy, R6 to R9 survive calls, R10 is the stack's end. */
    public enum Register {
        R0,
        R1,
        R2,
        R3,
        R4,
        R5,
        R6,
        R7,
        R8,
        R9,
        R10
    }

    /** How much a load or store moves. */
    public enum Width {
        BYTE(0x10, 8),
        SHORT(0x08, 16),
        INT(0x00, 32),
        LONG(0x18, 64);

        private final int code;
        private final int bits;

        Width(int code, int bits) {
            this.code = code;
            this.bits = bits;
        }
    }

    /** Comparisons are unsigned and of 64 bits. */
    public enum Condition {
        EQUAL(0x10),
        GREATER(0x20),
        AT_LEAST(0x30),
        ANY_BIT_OF(0x40),
        NOT_EQUAL(0x50),
        LESS(0xa0),
        AT_MOST(0xb0);

        private final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    private static final int LOAD_IMMEDIATE = 0x18;
    private static final int LOAD = 0x61;
    private static final int STORE = 0x63;
    private static final int JUMP = 0x05;
    private static final int ARITHMETIC = 0x07;
    private static final int FROM_REGISTER = 0x08;
    private static final int ADD = 0x00;
    private static final int SUBTRACT = 0x10;
    private static final int MULTIPLY = 0x20;
    private static final int DIVIDE = 0x30;
    private static final int AND = 0x50;
    private static final int SHIFT_LEFT = 0x60;
    private static final int SHIFT_RIGHT = 0x70;
    private static final int REMAINDER = 0x90;
    private static final int EXCLUSIVE_OR = 0xa0;
    private static final int MOVE = 0xb0;
    private static final int TO_BIG_ENDIAN = 0xdc;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    /** In the source field of a {@link #LOAD_IMMEDIATE}: the immediate is a map's descriptor. */
    private static final int PSEUDO_MAP_DESCRIPTOR = 1;
    /** Likewise: the address of the value in that map. */
    private static final int PSEUDO_MAP_VALUE = 2;

    private final List<Long> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    /** Instructions that jump, by index, to a label. */
    private final Map<Integer, String> jumps = new HashMap<>();

    /** The next instruction can be jumped to by this name. */
    public BpfAssembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalArgumentException("label " + name + " is already defined");
        }
        return this;
    }

    public BpfAssembler move(Register to, Register from) {
        return arithmetic(MOVE, to, from);
    }

    /** Sets a register to a sign-extended 32-bit value. */
    public BpfAssembler move(Register to, int value) {
        return arithmetic(MOVE, to, value);
    }

    /** Sets a register to a 64-bit value; two instructions. */
    public BpfAssembler moveLong(Register to, long value) {
        emit(LOAD_IMMEDIATE, to.ordinal(), 0, 0, (int) value);
        return emit(0, 0, 0, 0, (int) (value >>> 32));
    }

    /** Sets a register to a map, as helpers want it. */
    public BpfAssembler moveMap(Register to, BpfMap map) {
        emit(LOAD_IMMEDIATE, to.ordinal(), PSEUDO_MAP_DESCRIPTOR, 0, map.descriptor());
        return emit(0, 0, 0, 0, 0);
    }

    /** Sets a register to the address of what is shared; two instructions. */
    public BpfAssembler moveAddress(Register to, BpfMemory shared) {
        emit(LOAD_IMMEDIATE, to.ordinal(), PSEUDO_MAP_VALUE, 0, shared.descriptor());
        return emit(0, 0, 0, 0, 0);
    }

    public BpfAssembler add(Register to, Register value) {
        return arithmetic(ADD, to, value);
    }

    public BpfAssembler add(Register to, int value) {
        return arithmetic(ADD, to, value);
    }

    public BpfAssembler subtract(Register to, Register value) {
        return arithmetic(SUBTRACT, to, value);
    }

    public BpfAssembler multiply(Register to, Register value) {
        return arithmetic(MULTIPLY, to, value);
    }

    /** Unsigned; by 0 it is 0. */
    public BpfAssembler divide(Register to, Register value) {
        return arithmetic(DIVIDE, to, value);
    }

    /** Of an unsigned division; by 0 it is what it was. */
    public BpfAssembler remainder(Register to, Register value) {
        return arithmetic(REMAINDER, to, value);
    }

    public BpfAssembler exclusiveOr(Register to, int bits) {
        return arithmetic(EXCLUSIVE_OR, to, bits);
    }

    public BpfAssembler and(Register to, int mask) {
        return arithmetic(AND, to, mask);
    }

    public BpfAssembler shiftLeft(Register to, int bits) {
        return arithmetic(SHIFT_LEFT, to, bits);
    }

    /** Shifts in zeros. */
    public BpfAssembler shiftRight(Register to, int bits) {
        return arithmetic(SHIFT_RIGHT, to, bits);
    }

    private BpfAssembler arithmetic(int operation, Register to, Register value) {
        return emit(ARITHMETIC | FROM_REGISTER | operation, to.ordinal(), value.ordinal(), 0, 0);
    }

    private BpfAssembler arithmetic(int operation, Register to, int value) {
        return emit(ARITHMETIC | operation, to.ordinal(), 0, 0, value);
    }

    /** Loads in the machine's byte order, zero-extended. */
    public BpfAssembler load(Width width, Register to, Register base, int offset) {
        return emit(LOAD | width.code, to.ordinal(), base.ordinal(), offset, 0);
    }

    /** Loads in network byte order, zero-extended; two instructions. */
    public BpfAssembler loadBigEndian(Width width, Register to, Register base, int offset) {
        return load(width, to, base, offset).emit(TO_BIG_ENDIAN, to.ordinal(), 0, 0, width.bits);
    }

    /** Stores in network byte order, which leaves the register in it; two instructions. */
    public BpfAssembler storeBigEndian(Width width, Register base, int offset, Register value) {
        return emit(TO_BIG_ENDIAN, value.ordinal(), 0, 0, width.bits).store(width, base, offset, value);
    }

    /** Stores in the machine's byte order. */
    public BpfAssembler store(Width width, Register base, int offset, Register value) {
        return emit(STORE | width.code, base.ordinal(), value.ordinal(), offset, 0);
    }

    public BpfAssembler jump(String label) {
        jumps.put(instructions.size(), label);
        return emit(JUMP, 0, 0, 0, 0);
    }

    public BpfAssembler jumpIf(Register left, Condition condition, int right, String label) {
        jumps.put(instructions.size(), label);
        return emit(JUMP | condition.code, left.ordinal(), 0, 0, right);
    }

    public BpfAssembler jumpIf(Register left, Condition condition, Register right, String label) {
        jumps.put(instructions.size(), label);
        return emit(JUMP | FROM_REGISTER | condition.code, left.ordinal(), right.ordinal(), 0, 0);
    }

    public BpfAssembler call(BpfHelper helper) {
        return emit(CALL, 0, 0, 0, helper.number());
    }

    /** Ends the program with the action in R0. */
    public BpfAssembler exit() {
        return emit(EXIT, 0, 0, 0, 0);
    }

    private BpfAssembler emit(int opcode, int destination, int source, int offset, int immediate) {
        instructions.add(opcode | destination << 8 | source << 12 | (offset & 0xffffL) << 16 | (long) immediate << 32);
        return this;
    }

    /** The program, every jump aimed at its label. */
    public long[] assemble() {
        long[] code = instructions.stream().mapToLong(Long::longValue).toArray();
        jumps.forEach((at, label) -> code[at] |= (distance(at, label) & 0xffffL) << 16);
        return code;
    }

    /** Jumps count from the instruction behind them. */
    private long distance(int at, String label) {
        Integer target = labels.get(label);
        if (target == null) {
            throw new IllegalStateException("label " + label + " is not defined");
        }
        return target - (at + 1L);
    }
}

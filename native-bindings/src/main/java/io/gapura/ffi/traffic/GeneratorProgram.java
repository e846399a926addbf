package io.gapura.ffi.traffic;

import static io.gapura.ffi.bpf.BpfAssembler.Condition.AT_LEAST;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.AT_MOST;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.EQUAL;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.GREATER;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.LESS;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R0;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R1;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R10;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R2;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R3;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R4;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R5;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R6;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R7;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R8;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R9;
import static io.gapura.ffi.bpf.BpfAssembler.Width.INT;
import static io.gapura.ffi.bpf.BpfAssembler.Width.LONG;
import static io.gapura.ffi.bpf.BpfAssembler.Width.SHORT;

import io.gapura.ffi.bpf.BpfAssembler;
import io.gapura.ffi.bpf.BpfAssembler.Register;
import io.gapura.ffi.bpf.BpfHelper;
import io.gapura.ffi.bpf.BpfMemory;
import io.gapura.ffi.bpf.XdpAction;

/**
 * The program that {@link FrameGenerator} runs on one copy of its template after the other:
 *
 * <pre>
 *   1. the next frame's time has not come, or enough were sent: drop, which takes some 20 ns, and look again
 *   2. behind by more than the patience: the frames that are missing are not made up for
 *   3. cut the copy to its size; write lengths, destination, IPv4 checksum, number and time
 *   4. out by the interface
 * </pre>
 *
 * What arrives on the interface itself is the kernel's.
 */
final class GeneratorProgram {
    /** Offsets in the memory shared with the program, of longs. */
    static final int NUMBER = 0;
    /** The number to stop before. */
    static final int LIMIT = 8;
    static final int FIRST_NUMBER = 16;
    /** When the frame with the first number is due. */
    static final int START_NS = 24;
    /** Between two frames, in 1/65536 ns. */
    static final int INTERVAL = 32;
    static final int DESTINATIONS = 40;
    static final int FIRST_DESTINATION = 48;
    static final int CONSTANT_SUM = 56;
    static final int PERIOD = 64;
    static final int SIZES = 72;
    static final int SHARED_BYTES = SIZES + TrafficPattern.MOST_SIZES * Long.BYTES;

    static final int INTERVAL_BITS = 16;

    /** {@code struct xdp_md}. */
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int CONTEXT_INTERFACE = 12;

    private static final int PATIENCE_NS = 2_000_000;
    private static final int SIZE_ON_STACK = -8;

    private static final Register SHARED = R6;
    private static final Register NEXT = R7;
    private static final Register NOW = R8;
    private static final Register CONTEXT = R9;

    private static final String DROP = "drop";
    private static final String KERNEL = "kernel";
    private static final String IN_TIME = "in time";
    private static final String CUT = "cut";

    private final BpfAssembler code = new BpfAssembler();
    private final BpfMemory shared;
    private final int ifIndex;
    private final int templateBytes;

    private GeneratorProgram(BpfMemory shared, int ifIndex, int templateBytes) {
        this.shared = shared;
        this.ifIndex = ifIndex;
        this.templateBytes = templateBytes;
    }

    /** @param templateBytes the frame that it is run on, which is the largest */
    static long[] assemble(BpfMemory shared, int ifIndex, int templateBytes) {
        GeneratorProgram program = new GeneratorProgram(shared, ifIndex, templateBytes);
        program.leaveArrivalsToTheKernel();
        program.waitUntilDue();
        program.cutToSize();
        program.writeHeaders();
        return program.send();
    }

    private void leaveArrivalsToTheKernel() {
        code.move(CONTEXT, R1).load(INT, R2, CONTEXT, CONTEXT_INTERFACE).jumpIf(R2, EQUAL, ifIndex, KERNEL);
    }

    /** Due at START_NS + (NUMBER - FIRST_NUMBER) * INTERVAL. */
    private void waitUntilDue() {
        code.moveAddress(SHARED, shared).load(LONG, NEXT, SHARED, NUMBER);
        code.load(LONG, R1, SHARED, LIMIT).jumpIf(NEXT, AT_LEAST, R1, DROP);
        code.call(BpfHelper.KTIME_GET_NS).move(NOW, R0);
        code.move(R1, NEXT).load(LONG, R2, SHARED, FIRST_NUMBER).subtract(R1, R2);
        code.load(LONG, R2, SHARED, INTERVAL).multiply(R1, R2).shiftRight(R1, INTERVAL_BITS);
        code.load(LONG, R2, SHARED, START_NS).add(R1, R2).jumpIf(NOW, LESS, R1, DROP);
        code.move(R3, NOW).subtract(R3, R1).jumpIf(R3, AT_MOST, PATIENCE_NS, IN_TIME);
        code.add(R2, R3).store(LONG, SHARED, START_NS, R2).label(IN_TIME);
    }

    /** Also keeps the size on the stack. */
    private void cutToSize() {
        code.move(R1, NEXT).load(LONG, R2, SHARED, PERIOD).remainder(R1, R2);
        code.and(R1, TrafficPattern.MOST_SIZES - 1).shiftLeft(R1, 3).add(R1, SHARED).load(LONG, R2, R1, SIZES);
        code.store(LONG, R10, SIZE_ON_STACK, R2);
        code.add(R2, TestFrame.ETHERNET_BYTES - templateBytes).jumpIf(R2, EQUAL, 0, CUT);
        code.move(R1, CONTEXT).call(BpfHelper.XDP_ADJUST_TAIL).label(CUT);
    }

    private void writeHeaders() {
        code.load(INT, R1, CONTEXT, CONTEXT_DATA).load(INT, R2, CONTEXT, CONTEXT_DATA_END);
        code.move(R3, R1).add(R3, TestFrame.MIN_BYTES).jumpIf(R3, GREATER, R2, DROP);
        code.load(LONG, R5, R10, SIZE_ON_STACK);
        code.move(R3, R5).storeBigEndian(SHORT, R1, TestFrame.IP_LENGTH, R3);
        code.move(R3, R5).add(R3, -TestFrame.IPV4_BYTES).storeBigEndian(SHORT, R1, TestFrame.UDP_LENGTH, R3);
        code.move(R2, NEXT).load(LONG, R3, SHARED, DESTINATIONS).remainder(R2, R3);
        code.load(LONG, R3, SHARED, FIRST_DESTINATION).add(R2, R3);
        writeChecksum();
        code.storeBigEndian(INT, R1, TestFrame.IP_DESTINATION, R2);
        code.move(R3, NEXT).storeBigEndian(LONG, R1, TestFrame.NUMBER, R3);
        code.storeBigEndian(LONG, R1, TestFrame.TIME, NOW);
    }

    /** R1 frame, R2 destination, R5 size. RFC 1071 §1. */
    private void writeChecksum() {
        code.load(LONG, R3, SHARED, CONSTANT_SUM).add(R3, R5);
        code.move(R4, R2).shiftRight(R4, 16).add(R3, R4);
        code.move(R4, R2).and(R4, 0xffff).add(R3, R4);
        fold();
        fold();
        code.exclusiveOr(R3, 0xffff).storeBigEndian(SHORT, R1, TestFrame.IP_CHECKSUM, R3);
    }

    private void fold() {
        code.move(R4, R3).shiftRight(R4, 16).and(R3, 0xffff).add(R3, R4);
    }

    private long[] send() {
        code.add(NEXT, 1).store(LONG, SHARED, NUMBER, NEXT);
        code.move(R1, ifIndex).move(R2, 0).call(BpfHelper.REDIRECT).exit();
        code.label(DROP).move(R0, XdpAction.DROP.ordinal()).exit();
        code.label(KERNEL).move(R0, XdpAction.PASS.ordinal()).exit();
        return code.assemble();
    }
}

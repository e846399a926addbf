package io.gapura.ffi.traffic;

import static io.gapura.ffi.bpf.BpfAssembler.Condition.GREATER;
import static io.gapura.ffi.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R0;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R1;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R2;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R3;
import static io.gapura.ffi.bpf.BpfAssembler.Register.R4;
import static io.gapura.ffi.bpf.BpfAssembler.Width.BYTE;
import static io.gapura.ffi.bpf.BpfAssembler.Width.INT;
import static io.gapura.ffi.bpf.BpfAssembler.Width.SHORT;

import io.gapura.ffi.bpf.BpfAssembler;
import io.gapura.ffi.bpf.BpfHelper;
import io.gapura.ffi.bpf.BpfMap;
import io.gapura.ffi.bpf.XdpAction;

/** Gives our frames to the sink's sockets, and the others, such as ARP, to the kernel. */
final class SinkProgram {
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int CONTEXT_QUEUE = 16;
    private static final String KERNEL = "kernel";

    private SinkProgram() {
    }

    static long[] assemble(BpfMap sockets) {
        BpfAssembler code = new BpfAssembler();
        code.load(INT, R2, R1, CONTEXT_DATA).load(INT, R3, R1, CONTEXT_DATA_END);
        code.move(R4, R2).add(R4, TestFrame.MIN_BYTES).jumpIf(R4, GREATER, R3, KERNEL);
        code.loadBigEndian(SHORT, R4, R2, TestFrame.TYPE).jumpIf(R4, NOT_EQUAL, TestFrame.IPV4, KERNEL);
        code.load(BYTE, R4, R2, TestFrame.IP_PROTOCOL).jumpIf(R4, NOT_EQUAL, TestFrame.UDP_PROTOCOL, KERNEL);
        code.loadBigEndian(SHORT, R4, R2, TestFrame.UDP_DESTINATION).jumpIf(R4, NOT_EQUAL, TestFrame.PORT, KERNEL);
        code.load(INT, R2, R1, CONTEXT_QUEUE).moveMap(R1, sockets).move(R3, XdpAction.DROP.ordinal());
        code.call(BpfHelper.REDIRECT_MAP).exit();
        code.label(KERNEL).move(R0, XdpAction.PASS.ordinal()).exit();
        return code.assemble();
    }
}

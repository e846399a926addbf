package io.gapura.ffi.bpf;

import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.MemorySegment;

/** The commands of bpf(2), each of which takes its own view of {@code union bpf_attr} (linux/bpf.h). */
enum BpfCommand {
    MAP_CREATE(0),
    MAP_UPDATE_ELEM(2),
    MAP_DELETE_ELEM(3),
    PROG_LOAD(5),
    PROG_TEST_RUN(10),
    LINK_CREATE(28);

    private final int number;

    BpfCommand(int number) {
        this.number = number;
    }

    /** A descriptor or 0; {@code subject} is what an error names. */
    int require(String subject, MemorySegment attributes) {
        return (int) SystemCall.BPF.require("bpf(BPF_" + name() + ", " + subject + ")", number, attributes.address(),
                attributes.byteSize());
    }

    /** As {@link #require}, but a failure is a negative errno. */
    int attempt(MemorySegment attributes) {
        return (int) SystemCall.BPF.attempt(number, attributes.address(), attributes.byteSize(), 0, 0, 0);
    }
}

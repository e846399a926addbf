package io.gapura.ffi.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An XDP program that the kernel has verified and loaded. */
public final class BpfProgram implements AutoCloseable {
    private static final int TYPE_XDP = 6;
    private static final int ATTACH_XDP = 37;
    private static final int LOG_BYTES = 1 << 16;
    private static final int LIVE_FRAMES = 2;

    private final String name;
    private final int descriptor;

    private BpfProgram(String name, int descriptor) {
        this.name = name;
        this.descriptor = descriptor;
    }

    /** Loads {@code code}; a refusal carries the verifier's log. */
    public static BpfProgram load(String name, long[] code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = loadAttributes(arena, name, code);
            int result = BpfCommand.PROG_LOAD.attempt(attributes);
            if (result < 0) {
                throw new ErrnoException("bpf(BPF_PROG_LOAD, " + name + ")" + log(arena, attributes), -result);
            }
            return new BpfProgram(name, result);
        }
    }

    /**
     * <pre>
     *   0 u32 type; 4 u32 instructions; 8 *code; 16 *license; 24 u32 log_level; 28 u32 log_size; 32 *log;
     *  48 char name[16]; 68 u32 expected_attach_type
     * </pre>
     */
    private static MemorySegment loadAttributes(Arena arena, String name, long[] code) {
        MemorySegment attributes = arena.allocate(144, 8);
        attributes.set(JAVA_INT, 0, TYPE_XDP);
        attributes.set(JAVA_INT, 4, code.length);
        attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_LONG, code).address());
        attributes.set(JAVA_LONG, 16, arena.allocateFrom("Apache-2.0").address());
        attributes.setString(48, name);
        attributes.set(JAVA_INT, 68, ATTACH_XDP);
        return attributes;
    }

    private static String log(Arena arena, MemorySegment attributes) {
        MemorySegment log = arena.allocate(LOG_BYTES);
        attributes.set(JAVA_INT, 24, 1);
        attributes.set(JAVA_INT, 28, LOG_BYTES);
        attributes.set(JAVA_LONG, 32, log.address());
        BpfCommand.PROG_LOAD.attempt(attributes);
        String text = log.getString(0);
        return text.isEmpty() ? "" : ", verifier's log:\n" + text;
    }

    /** Attaches to an interface until the link is closed or this process ends, in whatever way. */
    public BpfLink attach(int ifIndex, XdpMode mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(64, 8); // { u32 prog_fd, target_ifindex, attach_type, flags }
            attributes.set(JAVA_INT, 0, descriptor);
            attributes.set(JAVA_INT, 4, ifIndex);
            attributes.set(JAVA_INT, 8, ATTACH_XDP);
            attributes.set(JAVA_INT, 12, mode.flag());
            String subject = name + " on interface " + ifIndex + ", " + mode;
            return new BpfLink(BpfCommand.LINK_CREATE.require(subject, attributes));
        }
    }

    /** Runs the program once on {@code frame}, as if received by queue 0 of no interface. */
    public XdpAction test(byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            // { 0 u32 prog_fd, 4 retval, 8 data_size_in, 12 data_size_out; 16 *data_in, 24 *data_out; 32 u32 repeat }
            MemorySegment attributes = arena.allocate(80, 8);
            attributes.set(JAVA_INT, 0, descriptor);
            attributes.set(JAVA_INT, 8, frame.length);
            attributes.set(JAVA_LONG, 16, arena.allocateFrom(JAVA_BYTE, frame).address());
            attributes.set(JAVA_INT, 32, 1);
            BpfCommand.PROG_TEST_RUN.require(name, attributes);
            return XdpAction.values()[attributes.get(JAVA_INT, 4)];
        }
    }

    /**
     * Runs the program {@code times} times, each on a copy of the frame at {@code address}, and does with it what the
     * program says: the kernel as a traffic generator. A copy that was dropped is used again as the program left it.
     * This is cheap only while the program is attached somewhere in its driver's mode.
     *
     * @param batch frames at once, at most 256
     */
    public void runLive(long address, int bytes, int times, int batch) {
        try (Arena arena = Arena.ofConfined()) {
            // as for test, and 64 u32 flags, 72 u32 batch_size
            MemorySegment attributes = arena.allocate(80, 8);
            attributes.set(JAVA_INT, 0, descriptor);
            attributes.set(JAVA_INT, 8, bytes);
            attributes.set(JAVA_LONG, 16, address);
            attributes.set(JAVA_INT, 32, times);
            attributes.set(JAVA_INT, 64, LIVE_FRAMES);
            attributes.set(JAVA_INT, 72, batch);
            BpfCommand.PROG_TEST_RUN.require(name, attributes);
        }
    }

    /** Attached links keep the program running. */
    @Override
    public void close() {
        SystemCall.CLOSE.require(descriptor);
    }
}

package io.gapura.ffi.traffic;

import io.gapura.ffi.Memory;
import io.gapura.ffi.bpf.BpfLink;
import io.gapura.ffi.bpf.BpfMemory;
import io.gapura.ffi.bpf.BpfProgram;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.libc.Mapping;

/**
 * Sends numbered frames at a rate: the kernel runs a program of ours on copies of a frame and sends them, so that no
 * packet of its own is made for any. The other end of a veth pair must be served by an XDP program in the driver's
 * mode, or have GRO switched on. Needs root.
 *
 * <p>One thread, in the interface's network namespace, whose core it takes for itself while frames are sent.
 */
public final class FrameGenerator implements AutoCloseable {
    /** As long as it takes for so many, it is not asked whether there is something else to do: some milliseconds. */
    private static final int TIMES = 1 << 16;
    private static final int BATCH = 64;

    private final BpfMemory shared;
    private final BpfProgram program;
    private final BpfLink link;
    private final Mapping template;
    private final int templateBytes;

    private FrameGenerator(int ifIndex, TrafficPattern pattern) {
        this.templateBytes = pattern.largestFrame();
        this.template = Mapping.anonymous(templateBytes);
        this.shared = BpfMemory.create("gapura_traffic", GeneratorProgram.SHARED_BYTES);
        this.program = BpfProgram.load("gapura_generate",
                GeneratorProgram.assemble(shared, ifIndex, templateBytes));
        this.link = program.attach(ifIndex, XdpMode.NATIVE); // or each run would wait for all cores, twice
        TestFrame.write(template.address(), pattern);
        put(GeneratorProgram.DESTINATIONS, pattern.destinations());
        put(GeneratorProgram.FIRST_DESTINATION, Integer.toUnsignedLong(pattern.firstDestination()));
        put(GeneratorProgram.CONSTANT_SUM, TestFrame.constantSum(pattern));
        put(GeneratorProgram.PERIOD, pattern.sizes().size());
        for (int index = 0; index < pattern.sizes().size(); index++) {
            put(GeneratorProgram.SIZES + index * Long.BYTES, pattern.sizes().get(index));
        }
    }

    public static FrameGenerator open(String device, TrafficPattern pattern) {
        return new FrameGenerator(InterfaceIndex.of(device), pattern);
    }

    private void put(int offset, long value) {
        Memory.putNativeLong(shared.address() + offset, value);
    }

    /**
     * From now on frames are due at this rate. Numbers go on where they were.
     *
     * @param perSecond infinite for as many as can be
     * @param most      as many are sent and no more
     */
    public void begin(double perSecond, long most) {
        long first = sent();
        put(GeneratorProgram.LIMIT, first); // nothing is sent until all is written
        put(GeneratorProgram.FIRST_NUMBER, first);
        put(GeneratorProgram.INTERVAL, (long) (1e9 * (1 << GeneratorProgram.INTERVAL_BITS) / perSecond));
        put(GeneratorProgram.START_NS, System.nanoTime());
        put(GeneratorProgram.LIMIT, first + most);
    }

    /** Sends what becomes due in the next milliseconds; false when all was sent. */
    public boolean run() {
        if (isDone()) {
            return false;
        }
        program.runLive(template.address(), templateBytes, TIMES, BATCH);
        return !isDone();
    }

    private boolean isDone() {
        return sent() >= Memory.nativeLongAt(shared.address() + GeneratorProgram.LIMIT);
    }

    /** How many frames in all; the number of the next one. */
    public long sent() {
        return Memory.nativeLongAt(shared.address() + GeneratorProgram.NUMBER);
    }

    @Override
    public void close() {
        link.close();
        program.close();
        shared.close();
        template.close();
    }
}

package io.gapura.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import io.gapura.ffi.Memory;
import io.gapura.ffi.libc.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Where DPDK writes its log to: a C stream into a pipe, which a thread of ours reads line by line. A few fatal
 * lines and the usage text go to the standard streams all the same.
 */
final class EalLog implements AutoCloseable {
    private static final int O_CLOEXEC = 0x80000;
    private static final int LINE_BUFFERED = 1;
    private static final int PIECE_BYTES = 4096;
    private static final MethodHandle FDOPEN = Downcalls.withErrno(Downcalls.libc(), "fdopen",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SETVBUF = Downcalls.plain(Downcalls.libc(), "setvbuf",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FCLOSE = Downcalls.plain(Downcalls.libc(), "fclose",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

    private final RteLibraries libraries;
    private final int readEnd;
    private final long stream;
    private final Consumer<String> lines;
    private final Thread reader;

    private EalLog(RteLibraries libraries, int readEnd, long stream, Consumer<String> lines) {
        this.libraries = libraries;
        this.readEnd = readEnd;
        this.stream = stream;
        this.lines = lines;
        this.reader = Thread.ofPlatform().name("dpdk-log").daemon().unstarted(this::read);
    }

    /** @param lines takes each line, on a thread of its own */
    static EalLog open(RteLibraries libraries, Consumer<String> lines) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(8, 4); // int[2]: the end to read, the end to write
            SystemCall.PIPE2.require(ends.address(), O_CLOEXEC);
            long stream = (long) FDOPEN.invokeExact(Downcalls.state(), ends.get(JAVA_INT, 4),
                    arena.allocateFrom("w").address());
            int buffered = (int) SETVBUF.invokeExact(stream, 0L, LINE_BUFFERED, 0L);
            EalLog log = new EalLog(libraries, ends.get(JAVA_INT, 0), stream, lines);
            log.reader.start();
            libraries.require("rte_openlog_stream", "rte_openlog_stream", stream + buffered);
            return log;
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }

    private void read() {
        try (Arena arena = Arena.ofConfined()) {
            long buffer = arena.allocate(PIECE_BYTES).address();
            StringBuilder line = new StringBuilder();
            while (true) {
                long bytes = SystemCall.READ.attempt(readEnd, buffer, PIECE_BYTES, 0, 0, 0);
                if (bytes <= 0) {
                    break;
                }
                append(line, new String(Memory.bytesAt(buffer, (int) bytes), StandardCharsets.UTF_8));
            }
        }
    }

    private void append(StringBuilder line, String piece) {
        line.append(piece);
        for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
            String whole = line.substring(0, end).strip();
            line.delete(0, end + 1);
            if (!whole.isEmpty()) {
                lines.accept(whole);
            }
        }
    }

    /** What was logged until now has been passed on when it returns; what is logged later goes to standard error. */
    @Override
    public void close() {
        libraries.call("rte_openlog_stream", 0);
        try {
            int closed = (int) FCLOSE.invokeExact(stream);
            if (closed == 0) {
                reader.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
        SystemCall.CLOSE.attempt(readEnd, 0, 0, 0, 0, 0);
    }
}

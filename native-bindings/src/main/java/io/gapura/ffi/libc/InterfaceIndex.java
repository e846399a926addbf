package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.ffi.Downcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** The number that the kernel knows a network interface by, if_nametoindex(3). */
public final class InterfaceIndex {
    private static final MethodHandle IF_NAMETOINDEX = Downcalls.withErrno(Downcalls.libc(), "if_nametoindex",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

    private InterfaceIndex() {
    }

    /** The index of the interface called {@code name} in the calling thread's network namespace. */
    public static int of(String name) {
        try (Arena arena = Arena.ofConfined()) {
            int index = call(arena.allocateFrom(name).address());
            if (index == 0) {
                throw new ErrnoException("if_nametoindex(" + name + ")", Downcalls.errno());
            }
            return index;
        }
    }

    private static int call(long name) {
        try {
            return (int) IF_NAMETOINDEX.invokeExact(Downcalls.state(), name);
        } catch (Throwable thrown) {
            throw Downcalls.unexpected(thrown);
        }
    }
}

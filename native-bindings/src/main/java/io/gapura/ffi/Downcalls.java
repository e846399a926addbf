package io.gapura.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * How C functions are bound: symbol lookup, errno capture, and the one place where a downcall's
 * {@code Throwable} ends.
 *
 * <p>Handles belong in {@code static final} fields, pointers are passed as {@code JAVA_LONG}: both are what
 * makes a call cost 3 to 5 ns. {@link #critical} is for short calls that never block (under 20 µs): it holds
 * back every thread's safepoint while it runs.
 */
public final class Downcalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private Downcalls() {
    }

    /** libc and what the JVM itself has loaded. */
    public static SymbolLookup libc() {
        return LINKER.defaultLookup();
    }

    /** A plain call: lets safepoints proceed meanwhile. */
    public static MethodHandle plain(SymbolLookup library, String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(symbol(library, name), type);
    }

    /** A call without the thread-state transition. For bounded, non-blocking functions only. */
    public static MethodHandle critical(SymbolLookup library, String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(symbol(library, name), type, Linker.Option.critical(false));
    }

    /** As {@link #critical(SymbolLookup, String, FunctionDescriptor)}, the function's address being the first argument. */
    public static MethodHandle critical(FunctionDescriptor type) {
        return LINKER.downcallHandle(type, Linker.Option.critical(false));
    }

    /** As {@link #plain(SymbolLookup, String, FunctionDescriptor)}, the function's address being the first argument. */
    public static MethodHandle plain(FunctionDescriptor type) {
        return LINKER.downcallHandle(type);
    }

    /** A plain call whose first argument is the {@link #state()} segment that receives errno. */
    public static MethodHandle withErrno(SymbolLookup library, String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(symbol(library, name), type, Linker.Option.captureCallState("errno"));
    }

    /** As {@link #withErrno}, for a variadic function with {@code fixed} named parameters. */
    public static MethodHandle variadicWithErrno(SymbolLookup library, String name, FunctionDescriptor type,
            int fixed) {
        return LINKER.downcallHandle(symbol(library, name), type, Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    public static MemorySegment symbol(SymbolLookup library, String name) {
        return library.find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
    }

    /** The calling thread's errno segment, to pass as first argument of a {@link #withErrno} handle. */
    public static MemorySegment state() {
        return STATE.get();
    }

    /** errno as the calling thread's last {@link #withErrno} call left it. */
    public static int errno() {
        return (int) ERRNO.get(STATE.get(), 0L);
    }

    /** What a {@code catch (Throwable)} around {@code invokeExact} throws: a downcall itself throws nothing. */
    public static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a downcall threw", thrown);
    }

    private static final MethodHandle STRERROR = plain(libc(), "strerror",
            FunctionDescriptor.of(java.lang.foreign.ValueLayout.JAVA_LONG, JAVA_INT));

    /** The C library's words for {@code errno}. */
    public static String strerror(int errno) {
        try {
            long text = (long) STRERROR.invokeExact(errno);
            return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }
}

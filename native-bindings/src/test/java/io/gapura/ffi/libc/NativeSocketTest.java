package io.gapura.ffi.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class NativeSocketTest {
    private static final int AF_INET = 2;
    private static final int SO_TYPE = 3;
    private static final int SO_RCVBUF = 8;

    @Test
    void optionsAreSetAndRead() {
        try (NativeSocket socket = NativeSocket.open(AF_INET, NativeSocket.SOCK_DGRAM, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            assertThat(socket.option("SO_TYPE", NativeSocket.SOL_SOCKET, SO_TYPE, value)).isEqualTo(Integer.BYTES);
            assertThat(value.get(JAVA_INT, 0)).isEqualTo(NativeSocket.SOCK_DGRAM);
            socket.setOption("SO_RCVBUF", NativeSocket.SOL_SOCKET, SO_RCVBUF, 8192);
        }
    }

    @Test
    void anEmptySocketSaysAgainInsteadOfWaiting() {
        try (NativeSocket socket = NativeSocket.open(AF_INET, NativeSocket.SOCK_DGRAM, 0);
                Mapping buffer = Mapping.anonymous(64)) {
            assertThat(socket.receive(buffer.address(), 64, NativeSocket.MSG_DONTWAIT)).isEqualTo(-Errno.EAGAIN);
            assertThat(socket.awaitReadable(1_000_000)).isFalse();
        }
    }

    @Test
    void anUnknownFamilyIsAnErrorThatNamesTheCall() {
        assertThatThrownBy(() -> NativeSocket.open(99, NativeSocket.SOCK_DGRAM, 0)).isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("socket(family 99, type 2, protocol 0): ");
    }

    @Test
    void theLoopbackInterfaceHasAnIndex() {
        assertThat(InterfaceIndex.of("lo")).isPositive();
        assertThatThrownBy(() -> InterfaceIndex.of("nosuch0")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("if_nametoindex(nosuch0)");
    }
}

package io.gapura.ffi.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapura.ffi.Memory;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.Errno;
import io.gapura.ffi.libc.ErrnoException;
import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.InterfaceIndex;
import io.gapura.ffi.test.NetworkNamespace;
import io.gapura.ffi.test.RequiresRoot;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two veth pairs whose near ends are ours; both sockets share one packet memory.
 *
 * <pre>
 *   far0 ─── near0 ┐ sockets ┌ near1 ─── far1
 * </pre>
 */
@RequiresRoot
final class XskSocketTest {
    private static final XskSettings SETTINGS = new XskSettings(64, 64, 64, 64, CopyMode.COPY, true, 0);
    private static final int CHUNK_BYTES = 2048;
    private static final long MAC = 0x02_00_00_00_00_01L;
    private static final int FRAME_BYTES = 60;

    private final NetworkNamespace namespace = NetworkNamespace.create("xsk");
    private final Umem umem = Umem.create(128, CHUNK_BYTES, HugePages.PREFER);

    @BeforeEach
    void addLinks() {
        for (int link = 0; link < 2; link++) {
            namespace.run("ip link add near" + link + " type veth peer name far" + link);
            namespace.run("ip link set near" + link + " address 02:00:00:00:00:01 up");
            namespace.run("ip link set far" + link + " up");
        }
    }

    @AfterEach
    void close() {
        umem.close();
        namespace.close();
    }

    private XskSocket open(String device, Umem memory, XskSettings settings) {
        return namespace.call(() -> XskSocket.open(device, 0, memory, settings));
    }

    private XdpProgram attach(String device, XdpMode mode, XskSocket socket) {
        XdpProgram program = XdpProgram.forProtectedPort(MAC);
        program.redirect(0, socket);
        program.localAddresses(Set.of(), Set.of());
        namespace.call(() -> program.attach(InterfaceIndex.of(device), List.of(mode)));
        return program;
    }

    @Test
    void aFrameReceivedOnOnePortLeavesByAnotherWithoutACopy() {
        for (XdpMode mode : XdpMode.values()) {
            try (XskSocket sender = open("far0", umem, SETTINGS);
                    XskSocket in = open("near0", umem, SETTINGS);
                    XskSocket out = open("near1", umem, SETTINGS);
                    XskSocket receiver = open("far1", umem, SETTINGS);
                    XdpProgram onIn = attach("near0", mode, in);
                    XdpProgram onReceiver = attach("far1", mode, receiver)) {
                assertThat(onIn).isNotSameAs(onReceiver);
                provide(in, CHUNK_BYTES * 10L);
                provide(receiver, CHUNK_BYTES * 20L);

                transmit(sender, writeFrame(0x01020304), FRAME_BYTES);
                long received = await(in);
                assertThat(received).isEqualTo(CHUNK_BYTES * 10L + Umem.RECEIVE_HEADROOM_BYTES);
                transmit(out, received, FRAME_BYTES);
                long arrived = await(receiver);

                assertThat(Memory.intAt(umem.address() + arrived + 56)).isEqualTo(0x01020304);
                assertThat(completed(out)).isEqualTo(received);
                assertThat(in.statistics().lost()).isZero();
            }
        }
    }

    /** A frame of 60 bytes for the near ports, at offset 0. */
    private long writeFrame(int mark) {
        long frame = umem.address();
        Memory.putLong(frame, MAC << 16 | 0x0200);
        Memory.putInt(frame + 12, 0x0800_4500);
        Memory.putInt(frame + 30, 0x0a020005);
        Memory.putInt(frame + 56, mark);
        return 0;
    }

    private static void provide(XskSocket socket, long offset) {
        assertThat(socket.fillRing().ready(1)).isPositive();
        Memory.putNativeLong(socket.fillRing().slot(0), offset);
        socket.fillRing().advance(1);
        if (socket.fillRing().needsWakeup()) {
            socket.wakeReceiver();
        }
    }

    private static void transmit(XskSocket socket, long offset, int bytes) {
        XskRing ring = socket.sendRing();
        assertThat(ring.ready(1)).isPositive();
        Memory.putNativeLong(ring.slot(0), offset);
        Memory.putNativeInt(ring.slot(0) + 8, bytes);
        Memory.putNativeInt(ring.slot(0) + 12, 0);
        ring.advance(1);
        assertThat(socket.wakeSender()).isZero();
    }

    private static long await(XskSocket socket) {
        waitUntil(() -> socket.receiveRing().ready(1) > 0);
        long offset = Memory.nativeLongAt(socket.receiveRing().slot(0));
        assertThat(Memory.nativeIntAt(socket.receiveRing().slot(0) + 8)).isEqualTo(FRAME_BYTES);
        socket.receiveRing().advance(1);
        return offset;
    }

    private static long completed(XskSocket socket) {
        waitUntil(() -> socket.completionRing().ready(1) > 0);
        return Memory.nativeLongAt(socket.completionRing().slot(0));
    }

    private static void waitUntil(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }

    @Test
    void vethCopiesUnlessZeroCopyIsDemanded() {
        try (XskSocket socket = open("near0", umem, SETTINGS.withCopyMode(CopyMode.PREFER_ZERO_COPY))) {
            assertThat(socket.zeroCopy()).isFalse();
        }
        assertThatThrownBy(() -> open("near1", umem, SETTINGS.withCopyMode(CopyMode.ZERO_COPY))).cause()
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("bind(AF_XDP, near1 queue 0, ZERO_COPY)")
                .extracting(thrown -> ((ErrnoException) thrown).errno())
                .isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void aQueueCanBeOpenedAgainRightAfterItWasClosed() {
        for (int round = 0; round < 3; round++) {
            open("near0", umem, SETTINGS).close();
        }
    }

    @Test
    void theSendBudgetIsTakenOrNotKnown() {
        XskSettings generous = new XskSettings(64, 64, 64, 64, CopyMode.COPY, true, 64);
        try (XskSocket socket = open("near0", umem, generous)) {
            assertThat(socket.umem()).isSameAs(umem);
        }
    }

    @Test
    void anAbsentQueueIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> namespace.call(() -> XskSocket.open("near0", 7, umem, SETTINGS))).cause()
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("near0 queue 7");
    }
}

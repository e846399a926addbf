package io.gapura.ffi.traffic;

import io.gapura.ffi.Memory;
import io.gapura.ffi.afxdp.CopyMode;
import io.gapura.ffi.afxdp.DeviceQueues;
import io.gapura.ffi.afxdp.Umem;
import io.gapura.ffi.afxdp.XskRing;
import io.gapura.ffi.afxdp.XskSettings;
import io.gapura.ffi.afxdp.XskSocket;
import io.gapura.ffi.bpf.BpfLink;
import io.gapura.ffi.bpf.BpfMap;
import io.gapura.ffi.bpf.BpfProgram;
import io.gapura.ffi.bpf.XdpMode;
import io.gapura.ffi.libc.HugePages;
import io.gapura.ffi.libc.InterfaceIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * Receives the frames of a {@link FrameGenerator} that reach an interface, by AF_XDP in the driver's mode. Opened in
 * the interface's network namespace; polled by one thread, in any. Needs root.
 */
public final class FrameSink implements AutoCloseable {
    private static final int CHUNK_BYTES = 2048;
    private static final int MOST_AT_ONCE = 64;
    private static final int LENGTH = 8;
    private static final int SEND_FRAMES = 64;

    /** Where the frames of a poll go. */
    public interface Observer {
        /**
         * A frame came out of the ring.
         *
         * @param number    that the generator gave it
         * @param travelled nanoseconds since it was sent
         * @param bytes     of the IPv4 packet
         */
        void onFrame(long number, long travelled, int bytes);
    }

    private final Umem umem;
    private final BpfMap map;
    private final BpfProgram program;
    private final BpfLink link;
    private final List<XskSocket> sockets = new ArrayList<>();

    private FrameSink(String device, int ringFrames) {
        int queues = DeviceQueues.count(device);
        XskSettings settings = new XskSettings(ringFrames, SEND_FRAMES, ringFrames, SEND_FRAMES, CopyMode.COPY, true,
                0);
        this.umem = Umem.create(queues * ringFrames, CHUNK_BYTES, HugePages.PREFER);
        this.map = BpfMap.sockets("gapura_sink", queues);
        for (int queue = 0; queue < queues; queue++) {
            XskSocket socket = XskSocket.open(device, queue, umem, settings);
            sockets.add(socket);
            socket.feedBy(map, queue);
            provide(socket.fillRing(), (long) queue * ringFrames * CHUNK_BYTES, ringFrames);
        }
        this.program = BpfProgram.load("gapura_sink", SinkProgram.assemble(map));
        this.link = program.attach(InterfaceIndex.of(device), XdpMode.NATIVE);
    }

    /** With {@code ringFrames} that may wait in each queue, a power of two. */
    public static FrameSink open(String device, int ringFrames) {
        return new FrameSink(device, ringFrames);
    }

    private static void provide(XskRing ring, long offset, int chunks) {
        ring.ready(chunks);
        for (int chunk = 0; chunk < chunks; chunk++) {
            Memory.putNativeLong(ring.slot(chunk), offset + (long) chunk * CHUNK_BYTES);
        }
        ring.advance(chunks);
    }

    /** Takes what has arrived, at most 64 frames of each queue; how many. */
    public int poll(Observer observer) {
        int received = 0;
        for (int queue = 0; queue < sockets.size(); queue++) {
            received += poll(sockets.get(queue), observer);
        }
        return received;
    }

    /** Each chunk goes back to where it came from, so that there is always room for it. */
    private int poll(XskSocket socket, Observer observer) {
        XskRing arrived = socket.receiveRing();
        XskRing free = socket.fillRing();
        int count = Math.min(arrived.ready(MOST_AT_ONCE), MOST_AT_ONCE);
        if (count == 0) {
            return 0;
        }
        free.ready(count);
        long nowNs = System.nanoTime();
        for (int index = 0; index < count; index++) {
            long descriptor = arrived.slot(index);
            long offset = Memory.nativeLongAt(descriptor);
            long frame = umem.address() + offset;
            observer.onFrame(Memory.longAt(frame + TestFrame.NUMBER), nowNs - Memory.longAt(frame + TestFrame.TIME),
                    Memory.nativeIntAt(descriptor + LENGTH) - TestFrame.ETHERNET_BYTES);
            Memory.putNativeLong(free.slot(index), offset & -CHUNK_BYTES);
        }
        arrived.advance(count);
        free.advance(count);
        if (free.needsWakeup()) {
            socket.wakeReceiver();
        }
        return count;
    }

    /** Frames that reached the sink and were lost there, because it was not polled often enough. Any thread. */
    public long lost() {
        return sockets.stream().mapToLong(socket -> socket.statistics().lost()).sum();
    }

    @Override
    public void close() {
        link.close();
        program.close();
        map.close();
        sockets.forEach(XskSocket::close);
        umem.close();
    }
}

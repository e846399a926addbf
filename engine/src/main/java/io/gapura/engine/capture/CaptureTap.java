package io.gapura.engine.capture;

import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Where one worker puts what a capture wants: copies, in a ring that loses packets rather than hold the worker up.
 *
 * <p>A packet is encrypted where it lies, so it is copied before and after: what came, what is to leave. When its fate is
 * known, one of the two goes to the ring.
 *
 * <pre>
 *    0  time     8   nanoseconds of the worker's clock
 *    8  fate     4   the port it left by, ~ordinal of the drop reason, {@link #TO_KERNEL} or {@link #KEPT}
 *   12  SPI      4
 *   16  length   4   of the whole frame
 *   20  ingress  2   index of the port it came by
 *   22  flags    2
 *   24  the frame's beginning
 * </pre>
 *
 * What is not said otherwise belongs to the worker's thread.
 */
public final class CaptureTap {
    private static final int RING_BYTES = 1 << 22;
    private static final int PACKET = 1;
    private static final int TO_KERNEL = Integer.MIN_VALUE;
    private static final int KEPT = TO_KERNEL + 1;

    private static final int FATE = 8;
    private static final int SPI = 12;
    private static final int LENGTH = 16;
    private static final int INGRESS = 20;
    private static final int FLAGS = 22;
    private static final int FRAME = 24;

    private static final int OUTBOUND = 1;
    private static final int LEAVING = 2;
    private static final int ANSWERED = 4;

    private final int worker;
    private final int ownPorts;
    private final CaptureSpec spec;
    private final CaptureFilter filter;
    private final int snapBytes;
    private final MemorySegment copies;
    private final long came;
    private final long leaves;
    private final int[] cameBytes = new int[PacketBatch.CAPACITY];
    private final int[] leavesBytes = new int[PacketBatch.CAPACITY];
    private final Sight sight = new Sight();
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final AtomicLong lost = new AtomicLong();
    private boolean outbound;
    private long nowNs;

    /** @param ownPorts how many ports the worker has of its own, before those to other workers */
    public CaptureTap(int worker, int ownPorts, CaptureSpec spec) {
        this.worker = worker;
        this.ownPorts = ownPorts;
        this.spec = spec;
        this.filter = spec.filter();
        this.snapBytes = spec.snapBytes();
        this.copies = Arena.ofAuto().allocate(2L * PacketBatch.CAPACITY * snapBytes, 64);
        this.came = copies.address();
        this.leaves = came + (long) PacketBatch.CAPACITY * snapBytes;
    }

    /** A batch was received; nothing was done with it yet. */
    public void onReceived(PacketBatch batch, boolean fromProtected, long atNs) {
        outbound = fromProtected;
        nowNs = atNs;
        copy(batch, came, cameBytes);
    }

    /** All is decided and written; nothing was sent yet. */
    public void onProcessed(PacketBatch batch) {
        copy(batch, leaves, leavesBytes);
    }

    private void copy(PacketBatch batch, long to, int[] lengths) {
        for (int packet = 0; packet < batch.size(); packet++) {
            lengths[packet] = batch.length(packet);
            Memory.copy(batch.start(packet), to + (long) packet * snapBytes, Math.min(lengths[packet], snapBytes));
        }
    }

    /** The ports have taken what they could: each packet's fate is known. */
    public void onSettled(PacketBatch batch, int ingress) {
        for (int packet = 0; packet < batch.size(); packet++) {
            boolean handedOver = batch.isForwarded(packet) && batch.egress(packet) >= ownPorts;
            if (!handedOver && wants(batch, packet)) {
                record(batch, packet, ingress);
            }
        }
    }

    private boolean wants(PacketBatch batch, int packet) {
        DropReason reason = batch.isDropped(packet) ? batch.reason(packet) : batch.replacedFor(packet);
        if (reason == null) {
            return !spec.droppedOnly() && !filter.wantsReason() && concernsEither(packet);
        }
        return filter.admits(reason) && concernsEither(packet);
    }

    private boolean concernsEither(int packet) {
        sight.at(came + (long) packet * snapBytes, Math.min(cameBytes[packet], snapBytes));
        if (filter.admits(sight)) {
            return true;
        }
        sight.at(leaves + (long) packet * snapBytes, Math.min(leavesBytes[packet], snapBytes));
        return filter.admits(sight);
    }

    private void record(PacketBatch batch, int packet, int ingress) {
        DropReason replacedFor = batch.replacedFor(packet);
        boolean whole = !batch.isDropped(packet) && replacedFor == null;
        boolean leaving = whole && outbound != spec.decrypted();
        long frame = (leaving ? leaves : came) + (long) packet * snapBytes;
        int frameBytes = (leaving ? leavesBytes : cameBytes)[packet];
        int bytes = Math.min(frameBytes, snapBytes);
        sight.at(frame, bytes);
        if (outbound && !whole && !spec.decrypted()) {
            bytes = Math.min(bytes, sight.headerBytes);
        }
        int index = ring.tryClaim(PACKET, FRAME + bytes);
        if (index < 0) {
            lost.setOpaque(lost.getPlain() + 1);
            return;
        }
        long at = ring.buffer().addressOffset() + index;
        Memory.putNativeLong(at, nowNs);
        Memory.putNativeInt(at + FATE, fate(batch, packet));
        Memory.putNativeInt(at + SPI, spi(packet));
        Memory.putNativeInt(at + LENGTH, frameBytes);
        Memory.putNativeShort(at + INGRESS, ingress);
        Memory.putNativeShort(at + FLAGS, flags(leaving, replacedFor != null));
        Memory.copy(frame, at + FRAME, bytes);
        ring.commit(index);
    }

    private int flags(boolean leaving, boolean answered) {
        return (outbound ? OUTBOUND : 0) | (leaving ? LEAVING : 0) | (answered ? ANSWERED : 0);
    }

    private static int fate(PacketBatch batch, int packet) {
        DropReason replacedFor = batch.replacedFor(packet);
        if (replacedFor != null) {
            return ~replacedFor.ordinal();
        }
        if (batch.isForwarded(packet)) {
            return batch.egress(packet);
        }
        if (batch.isKept(packet)) {
            return KEPT;
        }
        return batch.isPunted(packet) ? TO_KERNEL : ~batch.reason(packet).ordinal();
    }

    /** Of the ESP around the packet on the unprotected side, whichever side is recorded. */
    private int spi(int packet) {
        if (outbound) {
            sight.at(leaves + (long) packet * snapBytes, Math.min(leavesBytes[packet], snapBytes));
        } else {
            sight.at(came + (long) packet * snapBytes, Math.min(cameBytes[packet], snapBytes));
        }
        return sight.spi;
    }

    /** How many packets found no room. Any thread. */
    long lost() {
        return lost.getOpaque();
    }

    /** Passes up to {@code limit} recorded packets on; how many. Control thread. */
    int drain(CapturedPacket.Handler handler, long epochOffsetNs, int limit) {
        return ring.read((type, buffer, index, length) -> {
            long at = buffer.addressOffset() + index;
            handler.onPacket(packet(at, epochOffsetNs), at + FRAME, length - FRAME);
        }, limit);
    }

    private CapturedPacket packet(long at, long epochOffsetNs) {
        int fate = Memory.nativeIntAt(at + FATE);
        int flags = Memory.nativeShortAt(at + FLAGS);
        boolean leaving = (flags & LEAVING) != 0;
        int ingress = own(Memory.nativeShortAt(at + INGRESS));
        int egress = fate >= 0 ? fate : CapturedPacket.NO_PORT;
        boolean dropped = fate < 0 && fate > KEPT;
        return new CapturedPacket(Memory.nativeLongAt(at) + epochOffsetNs, worker, leaving ? egress : ingress,
                (flags & OUTBOUND) != 0, leaving, verdict(fate, flags), dropped ? DropReason.all().get(~fate) : null,
                egress,
                Memory.nativeIntAt(at + SPI), Memory.nativeIntAt(at + LENGTH));
    }

    private static CapturedPacket.Verdict verdict(int fate, int flags) {
        if (fate >= 0) {
            return CapturedPacket.Verdict.SENT;
        }
        if (fate <= KEPT) {
            return fate == KEPT ? CapturedPacket.Verdict.HELD : CapturedPacket.Verdict.KERNEL;
        }
        return (flags & ANSWERED) != 0 ? CapturedPacket.Verdict.ANSWERED : CapturedPacket.Verdict.DROPPED;
    }

    private int own(int port) {
        return port < ownPorts ? port : CapturedPacket.NO_PORT;
    }
}

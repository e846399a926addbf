package io.gapura.engine.port;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;
import io.gapura.ffi.dpdk.Eal;
import io.gapura.ffi.dpdk.FastPath;
import io.gapura.ffi.dpdk.Mbuf;
import io.gapura.ffi.dpdk.Mempool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device of DPDK's on one worker: its share of the receive queues, and a send queue of its own. What is the
 * kernel's goes to the port's {@link SlowPath} at once. Made by {@link DpdkPorts}.
 *
 * <p>A received chunk belongs to the worker; a sent one to the driver, which gives it back to the worker's packet
 * memory when the frame is on the wire.
 */
public final class DpdkPort extends Port {
    private static final int ETHERNET_BYTES = 14;

    private final Eal eal;
    private final Mempool mempool;
    private final FastPath[] receivers;
    private final FastPath sender;
    private final KernelShare kernelShare;
    private final SlowPath slowPath;
    private final int vlan;
    private final int largestFrame;
    private final MemorySegment memory = Arena.ofAuto().allocate(JAVA_LONG, PacketBatch.CAPACITY);
    /** Of the burst in hand: pointers to mbufs, and which packets of the batch they are. */
    private final long pointers = memory.address();
    private final int[] packetOf = new int[PacketBatch.CAPACITY];
    /** Where the next batch starts to look, so that no queue starves the others. */
    private int next;

    DpdkPort(PortSpec spec, BufferPool pool, Eal eal, Mempool mempool, List<FastPath> receivers, FastPath sender,
            KernelShare kernelShare, SlowPath slowPath, int vlan) {
        super(spec, pool);
        this.eal = eal;
        this.mempool = mempool;
        this.receivers = receivers.toArray(new FastPath[0]);
        this.sender = sender;
        this.kernelShare = kernelShare;
        this.slowPath = slowPath;
        this.vlan = vlan;
        this.largestFrame = spec.mtu() + ETHERNET_BYTES + VlanTag.bytes(vlan);
    }

    @Override
    public void enter() {
        eal.enterThread();
    }

    @Override
    public void leave() {
        eal.leaveThread();
    }

    @Override
    public int receive(PacketBatch batch) {
        int before = batch.size();
        int first = next;
        for (int count = 0; count < receivers.length && !batch.isFull(); count++) {
            receive(batch, receivers[(first + count) % receivers.length]);
        }
        if (receivers.length > 1) {
            next = (first + 1) % receivers.length;
        }
        if (vlan != VlanTag.NONE) {
            VlanTag.removeFrom(batch, before);
        }
        return batch.size() - before;
    }

    private void receive(PacketBatch batch, FastPath receiver) {
        int received = receiver.burst(pointers, batch.room());
        LocalAddresses local = kernelShare.local();
        for (int index = 0; index < received; index++) {
            long mbuf = Memory.nativeLongAt(pointers + 8L * index);
            long frame = Mbuf.data(mbuf);
            int bytes = Mbuf.bytes(mbuf);
            if (kernelShare.takes(frame, bytes, local)) {
                slowPath.toKernel(frame, bytes);
                pool().give(frame);
            } else {
                batch.add(frame, bytes);
            }
        }
    }

    @Override
    public void send(PacketBatch batch) {
        if (vlan != VlanTag.NONE) {
            VlanTag.insertInto(batch, index(), vlan);
        }
        int count = 0;
        for (int packet = 0; packet < batch.size(); packet++) {
            if (batch.leavesBy(packet, index())) {
                if (batch.length(packet) > largestFrame) {
                    batch.drop(packet, DropReason.TOO_BIG);
                } else {
                    stage(count, batch.start(packet), batch.length(packet));
                    packetOf[count++] = packet;
                }
            }
        }
        if (count > 0) {
            for (int index = sender.burst(pointers, count); index < count; index++) {
                batch.drop(packetOf[index], DropReason.TX_FULL);
            }
        }
    }

    private void stage(int index, long frame, int bytes) {
        long mbuf = mempool.mbufOf(frame);
        Mbuf.describe(mbuf, frame, bytes);
        Memory.putNativeLong(pointers + 8L * index, mbuf);
    }

    /** What the kernel has to send. */
    @Override
    public void poll() {
        slowPath.drain(this);
    }

    /** Sends a copy of a frame of the kernel's, which may be of any VLAN; false if it found no room. */
    boolean sendCopy(long frame, int bytes) {
        long chunk = bytes > spec().mtu() + ETHERNET_BYTES + VlanTag.BYTES ? 0 : pool().take();
        if (chunk == 0) {
            return false;
        }
        long copy = chunk + BufferPool.HEADROOM_BYTES;
        Memory.copy(frame, copy, bytes);
        stage(0, copy, bytes);
        if (sender.burst(pointers, 1) == 0) {
            pool().give(chunk);
            return false;
        }
        return true;
    }

    /** Its device is closed by {@link DpdkPorts}. */
    @Override
    public void close() {
    }
}

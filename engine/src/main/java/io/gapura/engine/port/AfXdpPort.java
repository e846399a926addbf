package io.gapura.engine.port;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.afxdp.XskSocket;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network interface by AF_XDP: what its XDP program leaves to the engine, on this worker's share of the
 * device's queues. Made by {@link AfXdpPorts}.
 *
 * <p>Checksums are the sender's: a host on the other end of a veth pair, or a virtual machine, hands over TCP
 * and UDP whose checksum it left to a card that does not exist, and XDP does not tell. Switch that off there,
 * {@code ethtool -K DEVICE tx off}. Likewise VLAN tags must stay in the frame, {@code ethtool -K DEVICE rxvlan off}, and
 * {@code txvlan off} at the other end of a veth pair.
 */
public final class AfXdpPort extends Port {
    private static final int ETHERNET_BYTES = 14;

    private final AfXdpQueue[] queues;
    private final int vlan;
    private final int largestFrame;
    /** Where the next batch starts to look, so that no queue starves the others. */
    private int next;

    /** @param vlan whose frames are the port's, or {@link VlanTag#NONE} */
    AfXdpPort(PortSpec spec, BufferPool pool, int vlan, List<XskSocket> sockets) {
        super(spec, pool);
        this.vlan = vlan;
        this.queues = sockets.stream().map(socket -> new AfXdpQueue(socket, pool)).toArray(AfXdpQueue[]::new);
        this.largestFrame = spec.mtu() + ETHERNET_BYTES + VlanTag.bytes(vlan);
    }

    @Override
    public int receive(PacketBatch batch) {
        int before = batch.size();
        int received = 0;
        int first = next;
        for (int count = 0; count < queues.length; count++) {
            received += queues[(first + count) % queues.length].receive(batch);
        }
        next = (first + 1) % queues.length;
        if (vlan != VlanTag.NONE) {
            VlanTag.removeFrom(batch, before);
        }
        return received;
    }

    /** All by the first queue: the order of a flow's packets is kept. */
    @Override
    public void send(PacketBatch batch) {
        AfXdpQueue queue = queues[0];
        int index = index();
        if (vlan != VlanTag.NONE) {
            VlanTag.insertInto(batch, index, vlan);
        }
        for (int packet = 0; packet < batch.size(); packet++) {
            if (batch.leavesBy(packet, index)) {
                put(queue, batch, packet);
            }
        }
        queue.flush();
    }

    /** The kernel would drop a frame that is too large, and stop sending at it. */
    private void put(AfXdpQueue queue, PacketBatch batch, int packet) {
        if (batch.length(packet) > largestFrame) {
            batch.drop(packet, DropReason.TOO_BIG);
        } else if (!queue.put(batch.start(packet), batch.length(packet))) {
            batch.drop(packet, DropReason.TX_FULL);
        }
    }

    @Override
    public void poll() {
        for (AfXdpQueue queue : queues) {
            queue.poll();
        }
    }

    List<XskSocket> sockets() {
        return Stream.of(queues).map(AfXdpQueue::socket).toList();
    }

    /** Chunks in the kernel's hands stay with it: the pool ends with the port. */
    @Override
    public void close() {
        sockets().forEach(XskSocket::close);
    }
}

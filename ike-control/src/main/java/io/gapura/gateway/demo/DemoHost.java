package io.gapura.gateway.demo;

import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.ffi.Memory;

/**
 * A host behind a gateway: sends numbered UDP packets to its partner and looks at every byte of those that come.
 *
 * <pre>
 *   Ethernet 14 | IPv4 20 | UDP 8 | number 8 | the number's low byte, again and again
 * </pre>
 */
final class DemoHost {
    static final int MIN_PACKET_BYTES = 20 + 8 + 8;
    private static final int UDP_PORT = 7777;
    private static final int TTL = 64;
    private static final int RING_FRAMES = 256;
    private static final int MTU = 1500;

    private final BufferPool pool;
    private final MemoryPort port;
    private final PacketBatch batch = new PacketBatch();
    private final int address;
    private final int partner;
    private final long gatewayMac;
    private long sent;
    private long received;
    private long damaged;

    DemoHost(String name, BufferPool pool, int address, int partner, MemoryPort gateway) {
        this.pool = pool;
        this.address = address;
        this.partner = partner;
        this.gatewayMac = gateway.spec().mac();
        this.port = new MemoryPort(new PortSpec(0, name, PortRole.PROTECTED, 0, DemoGateway.HOST_MAC, address, MTU),
                pool,
                RING_FRAMES);
        MemoryPort.join(port, gateway);
    }

    /** Sends {@code packets} packets of {@code bytes} bytes each, from their IP header on; at most a batch. */
    void send(int packets, int bytes) {
        port.poll();
        batch.clear();
        for (int packet = 0; packet < packets; packet++) {
            long frame = pool.take() + BufferPool.HEADROOM_BYTES;
            write(frame, bytes);
            batch.add(frame, EthernetHeader.BYTES + bytes);
            batch.forward(packet, 0);
        }
        port.send(batch);
    }

    private void write(long frame, int bytes) {
        EthernetHeader.write(frame, gatewayMac, DemoGateway.HOST_MAC, EthernetHeader.TYPE_IPV4);
        long ip = frame + EthernetHeader.BYTES;
        Ipv4Header.write(ip, bytes, 0, 0, 0, TTL, Ipv4Header.UDP, address, partner);
        long udp = ip + Ipv4Header.BYTES;
        Memory.putShort(udp, UDP_PORT);
        Memory.putShort(udp + 2, UDP_PORT);
        Memory.putShort(udp + 4, bytes - Ipv4Header.BYTES);
        Memory.putShort(udp + 6, 0);
        Memory.putLong(udp + 8, sent);
        Memory.segment(udp + 16, bytes - MIN_PACKET_BYTES).fill((byte) sent);
        sent++;
    }

    /** Takes what has come, without a look at it unless {@code checked}. */
    void receive(boolean checked) {
        do {
            batch.clear();
            port.receive(batch);
            for (int packet = 0; packet < batch.size(); packet++) {
                if (checked && !isIntact(batch.start(packet), batch.length(packet))) {
                    damaged++;
                }
                pool.give(batch.start(packet));
            }
            received += batch.size();
        } while (batch.size() > 0);
        port.poll();
    }

    private boolean isIntact(long frame, int length) {
        long ip = frame + EthernetHeader.BYTES;
        int bytes = length - EthernetHeader.BYTES;
        boolean intact = Ipv4Header.source(ip) == partner && Ipv4Header.destination(ip) == address
                && Ipv4Header.totalLength(ip) == bytes;
        long payload = ip + MIN_PACKET_BYTES;
        byte expected = (byte) Memory.longAt(payload - 8);
        for (int at = 0; at < bytes - MIN_PACKET_BYTES; at++) {
            intact &= (byte) Memory.byteAt(payload + at) == expected;
        }
        return intact;
    }

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    long damaged() {
        return damaged;
    }
}

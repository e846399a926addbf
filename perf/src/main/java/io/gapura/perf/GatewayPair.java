package io.gapura.perf;

import io.gapura.engine.Engine;
import io.gapura.engine.EngineSettings;
import io.gapura.engine.SaSpec;
import io.gapura.engine.counters.Ledger;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.crypto.SuiteChoice;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.MemoryPort;
import io.gapura.engine.port.PortRole;
import io.gapura.engine.port.PortSpec;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.spd.Policy;
import io.gapura.engine.spd.Selector;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.spd.Spd;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import java.util.List;

/**
 * Two engines back to back on one thread over one pool, so that no packet is copied on its way:
 *
 * <pre>
 *   source ── [ sender ] ── ESP ── [ receiver ] ── sink
 * </pre>
 */
final class GatewayPair implements AutoCloseable {
    static final int BATCH = PacketBatch.CAPACITY;

    private static final int CHUNK_BYTES = 2048;
    private static final int RING_FRAMES = 256;
    private static final int MTU = 1500;
    private static final int PROTECTED = 0;
    private static final int UNPROTECTED = 1;
    private static final int LEFT_GATEWAY = 0xc000_0201;
    private static final int RIGHT_GATEWAY = 0xc000_0202;
    private static final int LEFT_HOST = 0x0a01_0001;
    private static final int RIGHT_HOST = 0x0a02_0001;

    private final BufferPool pool = BufferPool.allocate(4 * BATCH, CHUNK_BYTES);
    private final MemoryPort source = port(0, PortRole.UNPROTECTED);
    private final MemoryPort sink = port(0, PortRole.UNPROTECTED);
    private final MemoryPort senderWan = port(UNPROTECTED, PortRole.UNPROTECTED);
    private final MemoryPort receiverWan = port(UNPROTECTED, PortRole.UNPROTECTED);
    private final Engine sender = engine(source, senderWan);
    private final Engine receiver = engine(sink, receiverWan);
    private final PacketBatch batch = new PacketBatch();
    private final int innerBytes;

    /** @param innerBytes of each packet, from its IPv4 header on */
    GatewayPair(EspCipher cipher, int innerBytes) {
        this.innerBytes = innerBytes;
        MemoryPort.join(senderWan, receiverWan);
        int tunnel = sender.openTunnel();
        sender.publish(Spd.compile(List.of(Policy.protect("all", Selector.ANY, tunnel))));
        sender.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(UNPROTECTED, MTU, 1, 2)).build());
        receiver.publish(new Fib.Builder().add(0, 0, Adjacency.resolved(PROTECTED, MTU, 1, 2)).build());
        try (KeyMaterial keys = KeyMaterial.copyOf(new byte[cipher.keyBytes() + cipher.saltBytes()])) {
            int spi = receiver.allocateSpi();
            receiver.installInbound(spi, SaSpec.of(cipher, keys, true, RIGHT_GATEWAY, LEFT_GATEWAY),
                    SelectorSet.of(Selector.ANY));
            sender.installOutbound(tunnel, spi, SaSpec.of(cipher, keys, true, LEFT_GATEWAY, RIGHT_GATEWAY));
        }
    }

    private MemoryPort port(int index, PortRole role) {
        return new MemoryPort(new PortSpec(index, role.toString(), role, 0, index, 0, MTU), pool, RING_FRAMES);
    }

    private Engine engine(MemoryPort farEndOfLan, MemoryPort wan) {
        MemoryPort lan = port(PROTECTED, PortRole.PROTECTED);
        MemoryPort.join(lan, farEndOfLan);
        return Engine.stepped(EngineSettings.of(1, fault -> {
            throw new IllegalStateException(fault);
        }), SuiteChoice.preferred(), List.of(List.of(lan, wan)));
    }

    /** Puts a batch of fresh packets on the sender's protected port. */
    void offer() {
        batch.clear();
        for (int packet = 0; packet < BATCH; packet++) {
            long frame = pool.take() + BufferPool.HEADROOM_BYTES;
            EthernetHeader.write(frame, 1, 2, EthernetHeader.TYPE_IPV4);
            Ipv4Header.write(frame + EthernetHeader.BYTES, innerBytes, 0, packet, 0, 64, Ipv4Header.UDP, LEFT_HOST,
                    RIGHT_HOST);
            batch.add(frame, EthernetHeader.BYTES + innerBytes);
            batch.forward(packet, source.index());
        }
        source.send(batch);
    }

    /** The sender's duty cycle: from clear text to ESP on the wire. */
    int encapsulate() {
        return sender.doWork();
    }

    /** The receiver's duty cycle: from ESP on the wire to clear text. */
    int decapsulate() {
        return receiver.doWork();
    }

    /** Takes back the chunks of what arrived at the far end. */
    int collect() {
        return collect(sink);
    }

    /** Takes back the chunks of the ESP packets, in the receiver's place. */
    int collectEsp() {
        return collect(receiverWan);
    }

    private int collect(MemoryPort port) {
        batch.clear();
        port.receive(batch);
        for (int packet = 0; packet < batch.size(); packet++) {
            pool.give(batch.start(packet));
        }
        return batch.size();
    }

    Ledger sent() {
        return sender.ledger();
    }

    Ledger received() {
        return receiver.ledger();
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}

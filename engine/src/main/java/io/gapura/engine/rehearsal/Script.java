package io.gapura.engine.rehearsal;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.port.AfXdpLoopback;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What is rehearsed, round by round: mostly a single packet between empty polls, as on a quiet network; now and then a
 * burst; all sizes; and everything that can befall a packet. One thread.
 */
final class Script {
    private static final int[] BURSTS = {1, 1, 2, 1, 1, 16, 1, 1, 3, PacketBatch.CAPACITY, 1, 1};
    private static final int[] SIZES = {84, 40, 1400, 576, 100, 1300};
    private static final int MOST_IDLE_POLLS = 4;
    private static final int TTL = 64;
    private static final int TOO_BIG_BYTES = 1490;
    private static final int FRAME_BYTES = 2048;
    /** Odd ones that are no multiples of each other, so that they meet in every combination. */
    private static final int EVERY_EXPIRED = 23;
    private static final int EVERY_TOO_BIG = 29;
    private static final int EVERY_OTHER_FATE = 7;
    private static final int EVERY_GARBAGE = 31;
    private static final int EVERY_FORGED = 37;
    private static final int EVERY_REPLAYED = 41;
    private static final int EVERY_CLEAR_TEXT = 43;
    private static final int EVERY_DRAIN = 16;
    private static final int EVERY_STARVED = 5;

    private final Stage stage;
    private final MemorySegment memory = Arena.ofAuto().allocate(FRAME_BYTES, 64);
    private final long frame = memory.address();
    private int round;
    private int packet;
    private int arrived;

    Script(Stage stage) {
        this.stage = stage;
    }

    /** One round: some packets from the protected side, through ESP, back, and out again. */
    void play() {
        round++;
        for (AfXdpLoopback worker : stage.workers()) {
            worker.starved(Stage.LAN, round % EVERY_STARVED == 0);
            int burst = BURSTS[round % BURSTS.length];
            for (int count = 0; count < burst; count++) {
                int bytes = writePacket();
                worker.arrive(Stage.LAN, frame, bytes);
            }
        }
        stage.doWork();
        comeBack();
        stage.doWork();
        comeBack();
        for (int poll = round % MOST_IDLE_POLLS; poll > 0; poll--) {
            stage.doWork();
        }
        if (round % EVERY_DRAIN == 0) {
            stage.drain();
        }
    }

    /** What was sent by the unprotected port arrives there; what was sent by the other is at its end. */
    private void comeBack() {
        for (AfXdpLoopback worker : stage.workers()) {
            worker.transmit(Stage.WAN, (address, bytes) -> returnTo(worker, address, bytes));
            worker.transmit(Stage.LAN, (_, _) -> {});
            if (round % EVERY_CLEAR_TEXT == 0) {
                arriveInClear(worker);
            }
        }
    }

    private void returnTo(AfXdpLoopback worker, long address, int bytes) {
        arrived++;
        if (arrived % EVERY_FORGED == 0) {
            Memory.putByte(address + bytes - 1, ~Memory.byteAt(address + bytes - 1));
        }
        worker.arrive(Stage.WAN, address, bytes);
        if (arrived % EVERY_REPLAYED == 0) {
            worker.arrive(Stage.WAN, address, bytes);
        }
    }

    private void arriveInClear(AfXdpLoopback worker) {
        write(100, TTL, Ipv4Header.UDP, Stage.network(round % (Stage.TUNNELS + 1)) + 1, Stage.HOST);
        worker.arrive(Stage.WAN, frame, EthernetHeader.BYTES + 100);
        write(100, TTL, Ipv4Header.UDP, Stage.PEER, Stage.OURSELVES);
        worker.arrive(Stage.WAN, frame, EthernetHeader.BYTES + 100);
        write(100, TTL, Ipv4Header.ESP, Stage.PEER, Stage.OURSELVES);
        worker.arrive(Stage.WAN, frame, EthernetHeader.BYTES + 100);
    }

    /** The next packet of the protected network; the bytes of its frame. */
    private int writePacket() {
        packet++;
        int bytes = packet % EVERY_TOO_BIG == 0 ? TOO_BIG_BYTES : SIZES[packet % SIZES.length];
        int ttl = packet % EVERY_EXPIRED == 0 ? 1 : TTL;
        write(bytes, ttl, packet % 2 == 0 ? Ipv4Header.UDP : Ipv4Header.ICMP, Stage.HOST,
                Stage.network(fate()) + 1);
        if (packet % EVERY_GARBAGE == 0) {
            Memory.putByte(frame + EthernetHeader.BYTES, packet);
        }
        return EthernetHeader.BYTES + bytes;
    }

    private int fate() {
        return packet % EVERY_OTHER_FATE == 0
                ? Stage.BYPASSED + packet / EVERY_OTHER_FATE % Stage.WITHOUT_NEIGHBOUR
                : Stage.TUNNELS + packet % stage.tunnels();
    }

    private void write(int bytes, int ttl, int protocol, int source, int destination) {
        EthernetHeader.write(frame, 1, 2, EthernetHeader.TYPE_IPV4);
        Ipv4Header.write(frame + EthernetHeader.BYTES, bytes, 0, packet, Ipv4Header.DONT_FRAGMENT, ttl, protocol,
                source,
                destination);
    }
}

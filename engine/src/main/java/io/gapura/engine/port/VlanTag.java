package io.gapura.engine.port;

import io.gapura.engine.packet.PacketBatch;
import io.gapura.ffi.Memory;

/**
 * The IEEE 802.1Q tag of a frame. The engine itself knows none: a port that has a VLAN takes it out of what it receives and puts it into
 * what it sends, in place, by moving the addresses.
 *
 * <pre>
 *      0 destination  6 source  12 0x8100  14 priority 3, DEI 1, VLAN 12 bits  16 type  18 …       on the wire
 *              4 destination  10 source                                        16 type  18 …       in the engine
 * </pre>
 *
 * <p>Any priority is taken, and 0 is sent.
 */
final class VlanTag {
    /** Of a port whose frames have no tag. */
    static final int NONE = 0;
    /** What is more on the wire than in the engine. */
    static final int BYTES = 4;

    private static final int ETHERTYPE = 0x8100;
    private static final int AT = 12;
    private static final int VLAN = 0xfff;

    private VlanTag() {
    }

    /** How many bytes the tag of that VLAN has: 0 if there is none. */
    static int bytes(int vlan) {
        return vlan == NONE ? 0 : BYTES;
    }

    /** Whether the frame, of which 16 bytes are there, has the tag of that VLAN. */
    static boolean isOf(long frame, int vlan) {
        return Memory.shortAt(frame + AT) == ETHERTYPE && (Memory.shortAt(frame + AT + 2) & VLAN) == vlan;
    }

    /** Takes the tag out of a frame; where that starts now. */
    static long remove(long frame) {
        long start = frame + BYTES;
        move(frame, start);
        return start;
    }

    /** Puts a tag into a frame; where that starts now. */
    static long insert(long frame, int vlan) {
        long start = frame - BYTES;
        move(frame, start);
        Memory.putInt(start + AT, ETHERTYPE << 16 | vlan);
        return start;
    }

    private static void move(long from, long to) {
        long first = Memory.nativeLongAt(from);
        int rest = Memory.nativeIntAt(from + Long.BYTES);
        Memory.putNativeLong(to, first);
        Memory.putNativeInt(to + Long.BYTES, rest);
    }

    /** Takes it out of the packets from {@code first} on. */
    static void removeFrom(PacketBatch batch, int first) {
        for (int packet = first; packet < batch.size(); packet++) {
            batch.place(packet, remove(batch.start(packet)), batch.length(packet) - BYTES);
        }
    }

    /** Puts it into the packets that leave by a port. */
    static void insertInto(PacketBatch batch, int port, int vlan) {
        for (int packet = 0; packet < batch.size(); packet++) {
            if (batch.leavesBy(packet, port)) {
                batch.place(packet, insert(batch.start(packet), vlan), batch.length(packet) + BYTES);
            }
        }
    }
}

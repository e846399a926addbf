package io.gapura.engine.explain;

import io.gapura.engine.packet.DropReason;
import io.gapura.engine.spd.Policy;
import org.jspecify.annotations.Nullable;

/**
 * The way of one packet through the engine as it is now. What is {@link #NONE}, or null, was not reached.
 *
 * @param way         in which direction, and as what
 * @param policy      the SPD entry that decided
 * @param spi         of the SA; 0 for none
 * @param worker      that owns the SA
 * @param egress      the port to leave by
 * @param packetBytes of the IP packet
 * @param mtu         the largest IP packet that can go on: into the tunnel, or to the next hop
 * @param sentBytes   of the IP packet that leaves
 * @param verdict     what becomes of it
 * @param reason      why it is dropped
 */
public record PacketWalk(Way way, @Nullable Policy policy, int spi, int worker, int egress, int packetBytes, int mtu,
        int sentBytes, Verdict verdict, @Nullable DropReason reason) {
    public static final int NONE = -1;

    /** How a packet comes. */
    public enum Way {
        /** From the protected side. */
        OUTBOUND,
        /** From the unprotected side, in ESP to us. */
        INBOUND_ESP,
        /** From the unprotected side, in AH to us. */
        INBOUND_AH,
        /** From the unprotected side in clear text. */
        INBOUND_CLEAR
    }

    /** What becomes of a packet. */
    public enum Verdict {
        /** In ESP or AH by {@link #egress}. */
        PROTECTED,
        /** In clear text by {@link #egress}. */
        FORWARDED,
        /** In several fragments, in ESP if there is an {@link #spi}. */
        FRAGMENTED,
        /** An SA of ours takes it; the rest depends on what is inside. */
        DECRYPTED,
        /** Its tunnel is down, and asked for: it waits for it. */
        HELD,
        /** It is the kernel's, or waits there for a next hop. */
        KERNEL,
        /** For {@link #reason}. */
        DROPPED
    }

    static PacketWalk begin(Way way, int packetBytes) {
        return new PacketWalk(way, null, 0, NONE, NONE, packetBytes, NONE, NONE, Verdict.DROPPED,
                DropReason.INTERNAL_ERROR);
    }

    PacketWalk decidedBy(@Nullable Policy entry) {
        return new PacketWalk(way, entry, spi, worker, egress, packetBytes, mtu, sentBytes, verdict, reason);
    }

    PacketWalk by(int saSpi, int saWorker) {
        return new PacketWalk(way, policy, saSpi, saWorker, egress, packetBytes, mtu, sentBytes, verdict, reason);
    }

    PacketWalk within(int largest) {
        return new PacketWalk(way, policy, spi, worker, egress, packetBytes, largest, sentBytes, verdict, reason);
    }

    PacketWalk leaves(Verdict becomes, int port, int bytes) {
        return new PacketWalk(way, policy, spi, worker, port, packetBytes, mtu, bytes, becomes, null);
    }

    PacketWalk ends(Verdict becomes) {
        return leaves(becomes, NONE, NONE);
    }

    PacketWalk dropped(DropReason why) {
        return new PacketWalk(way, policy, spi, worker, egress, packetBytes, mtu, sentBytes, Verdict.DROPPED, why);
    }
}

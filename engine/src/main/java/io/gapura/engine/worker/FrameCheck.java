package io.gapura.engine.worker;

import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;

/** The first look at a received frame: after it, the IP datagram lies whole in the frame. */
final class FrameCheck {
    private static final int SMALLEST_BYTES = EthernetHeader.BYTES + Ipv4Header.BYTES;

    private FrameCheck() {
    }

    /** Whether the frame carries a sound IP datagram to forward; or else it is dropped. What is behind it is {@link #cut}. */
    static boolean admit(PacketBatch batch, int packet) {
        long frame = batch.start(packet);
        int available = batch.length(packet) - EthernetHeader.BYTES;
        if (batch.length(packet) < SMALLEST_BYTES) {
            batch.drop(packet, DropReason.RUNT);
            return false;
        }
        if (EthernetHeader.type(frame) != EthernetHeader.TYPE_IPV4) {
            return admitIpv6(batch, packet, frame, available);
        }
        long ip = frame + EthernetHeader.BYTES;
        if (!Ipv4Header.isSound(ip, available)) {
            batch.drop(packet, Ipv4Header.totalLength(ip) > available ? DropReason.RUNT : DropReason.BAD_HEADER);
            return false;
        }
        return true;
    }

    private static boolean admitIpv6(PacketBatch batch, int packet, long frame, int available) {
        long ip = frame + EthernetHeader.BYTES;
        if (EthernetHeader.type(frame) != EthernetHeader.TYPE_IPV6) {
            batch.drop(packet, DropReason.NOT_IP);
        } else if (available < Ipv6Header.BYTES || Ipv6Header.totalLength(ip) > available) {
            batch.drop(packet, DropReason.RUNT);
        } else if (!Ipv6Header.isSound(ip, available) || Ipv6Header.chain(ip) < 0) {
            batch.drop(packet, DropReason.BAD_HEADER);
        } else {
            return true;
        }
        return false;
    }

    /** Whether the frame carries the next datagram of the flow, obviously; it is admitted and cut then. */
    static boolean continues(PacketBatch batch, int packet, Flow flow) {
        long frame = batch.start(packet);
        int bytes = flow.next(frame + EthernetHeader.BYTES, batch.length(packet) - EthernetHeader.BYTES);
        if (bytes == 0 || EthernetHeader.type(frame) != EthernetHeader.TYPE_IPV4) {
            return false;
        }
        batch.cut(packet, EthernetHeader.BYTES + bytes);
        return true;
    }

    /** Cuts an admitted frame to its datagram's length. Later than {@link #admit}: the compiler need not load the header again. */
    static void cut(PacketBatch batch, int packet) {
        batch.cut(packet, EthernetHeader.BYTES + IpHeader.totalLength(batch.start(packet) + EthernetHeader.BYTES));
    }
}

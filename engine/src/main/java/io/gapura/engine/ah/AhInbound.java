package io.gapura.engine.ah;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.packet.BufferPool;
import io.gapura.engine.packet.DropReason;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.engine.wire.TransportHeader;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * AH in IP in, IP out, RFC 4302 §3.4, in two halves with the MACs of the whole batch between them. For these the ICV moves from its
 * field, which is zero then, behind the packet. One per worker, on its thread.
 */
public final class AhInbound {
    private final BufferPool pool;
    private final HiddenHeaders headers = new HiddenHeaders();

    /** @param pool the worker's, in which all packets lie */
    public AhInbound(BufferPool pool) {
        this.pool = pool;
    }

    /** Why the header at {@code ah}, of a packet with {@code bytes} bytes from there on, is none of the SA's; or null. */
    public static @Nullable DropReason fault(InboundSa sa, long ah, int bytes) {
        int headerBytes = AhHeader.headerBytes(ah);
        if (headerBytes > bytes) {
            return DropReason.RUNT;
        }
        int least = AhHeader.BYTES + sa.ivBytes + sa.icvBytes;
        return headerBytes >= least && headerBytes < least + Long.BYTES ? null : DropReason.BAD_AH_LENGTH;
    }

    /**
     * Prepares the MAC of a packet without {@link #fault}; the reason if that cannot be.
     *
     * @param sequence    the whole sequence number, as the replay window inferred it
     * @param headerBytes from {@code ip} to AH
     */
    public @Nullable DropReason prepare(AeadBatch aead, InboundSa sa, long sequence, long ip, int headerBytes,
            int bytes) {
        long end = ip + bytes;
        if (end + sa.icvBytes > pool.chunkEnd(ip)) {
            return DropReason.TOO_BIG;
        }
        if (!headers.hide(aead.size(), ip, headerBytes)) {
            return DropReason.BAD_AH_OPTIONS;
        }
        long field = ip + headerBytes + AhHeader.BYTES;
        AhRow.prepare(aead, sa.salt, Memory.longAt(field), sequence);
        Memory.copy(field + sa.ivBytes, end, sa.icvBytes);
        Memory.zero(field, sa.ivBytes + sa.icvBytes);
        AhRow.add(aead, sa.keyHandle, sa.esn, sa.ivBytes, sa.icvBytes, ip, bytes);
        return null;
    }

    /**
     * Unwraps a packet, as {@link io.gapura.engine.esp.EspInbound#unwrap} does: integrity check value, replay window, and in a tunnel
     * the inner header.
     */
    public @Nullable DropReason unwrap(AeadBatch aead, int row, InboundSa sa, long sequence) {
        headers.show(row);
        if (!aead.authentic(row)) {
            return DropReason.NOT_AUTHENTIC;
        }
        if (!sa.window.accept(sequence)) {
            return DropReason.REPLAYED;
        }
        return sa.transport ? null : innerFault(ah(row), payload(row), end(aead, row));
    }

    private static @Nullable DropReason innerFault(long ah, long inner, long end) {
        int bytes = (int) (end - inner);
        boolean sound;
        switch (AhHeader.nextHeader(ah)) {
            case Ipv4Header.IP_IN_IP -> sound = bytes >= Ipv4Header.BYTES && Ipv4Header.isSound(inner, bytes);
            case Ipv6Header.IPV6 -> sound = bytes >= Ipv6Header.BYTES && Ipv6Header.isSound(inner, bytes)
                    && Ipv6Header.chain(inner) >= 0;
            default -> {
                return DropReason.BAD_NEXT_HEADER;
            }
        }
        return sound ? null : DropReason.BAD_INNER;
    }

    private long ah(int row) {
        return headers.ip(row) + headers.bytes(row);
    }

    private long payload(int row) {
        return ah(row) + AhHeader.headerBytes(ah(row));
    }

    private static long end(AeadBatch aead, int row) {
        return aead.text(row) + aead.textBytes(row);
    }

    /**
     * Where the datagram of an unwrapped packet is: in a tunnel behind AH; in transport mode it is put together again, and the packet in
     * its place. Whether that one's extension headers are sound is not asked here.
     */
    public long datagram(PacketBatch batch, int packet, AeadBatch aead, int row, InboundSa sa) {
        long payload = payload(row);
        if (!sa.transport) {
            return payload;
        }
        int headerBytes = headers.bytes(row);
        int payloadBytes = (int) (end(aead, row) - payload);
        int nextHeader = AhHeader.nextHeader(ah(row));
        long ip = payload - headerBytes;
        Memory.copy(headers.ip(row), ip, headerBytes);
        TransportHeader.announce(ip, headerBytes, nextHeader, payloadBytes);
        batch.place(packet, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + headerBytes + payloadBytes);
        return ip;
    }
}

package io.gapura.engine.ah;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.TransportHeader;
import io.gapura.ffi.Memory;

/**
 * IP in, AH in IP out, RFC 4302 §3.3, in two halves with the MACs of the whole batch between them. The packet grows in front; its ICV
 * is computed behind it, and then put where it belongs.
 *
 * <pre>
 *                    [Ethernet│IP packet]                          [Ethernet│IP│payload]
 *   tunnel:  [Ethernet│IP  │AH│IP packet]    transport:   [Ethernet│IP│AH     │payload]
 * </pre>
 *
 * AES-GMAC's IV is the sequence number in 64 bits, unique under a key that this SA alone has; it is a part of the ICV field, and zero
 * while the ICV is computed, as RFC 4302 §3.3.3.1.1 has it of the whole field. One per worker, on its thread.
 */
public final class AhOutbound {
    private final HiddenHeaders headers = new HiddenHeaders();
    /** Of the batch's rows of AH: which, by whose rules, and their sequence numbers. */
    private final int[] rows = new int[AeadBatch.CAPACITY];
    private final int[] icvBytes = new int[AeadBatch.CAPACITY];
    private final int[] ivBytes = new int[AeadBatch.CAPACITY];
    private final long[] sequences = new long[AeadBatch.CAPACITY];
    private int size;

    /** Whether AH can follow the datagram's own headers, in transport mode. */
    public boolean isPossible(long ip) {
        return headers.isPossible(ip, TransportHeader.bytes(ip));
    }

    /**
     * Wraps a packet that fits; it is complete after {@link #complete}.
     *
     * <ol>
     * <li>one hop less to live, unless the host sent or forwarded it
     * <li>the outer header, or its own moved forward, and AH
     * <li>the row of its MAC, from the IP header on, without mutable fields
     * </ol>
     *
     * @param sequence the whole 64-bit sequence number, never used before
     */
    public void encapsulate(AeadBatch aead, PacketBatch batch, int packet, OutboundSa sa, long sequence) {
        long inner = batch.start(packet) + EthernetHeader.BYTES;
        int totalBytes = batch.length(packet) - EthernetHeader.BYTES + Overhead.ahBytes(sa);
        if (!batch.isOfHost()) {
            IpHeader.decrementTimeToLive(inner);
        }
        int headerBytes = sa.transport ? TransportHeader.bytes(inner) : sa.outer.bytes();
        int nextHeader = sa.transport ? TransportHeader.announced(inner) : IpHeader.asNextHeader(inner);
        long ip = inner - Overhead.ahBytes(sa);
        if (sa.transport) {
            Memory.copy(inner, ip, headerBytes);
            TransportHeader.announce(ip, headerBytes, Ipv4Header.AH, totalBytes - headerBytes);
        } else {
            sa.outer.write(ip, totalBytes, (int) sequence, inner);
        }
        AhHeader.write(ip + headerBytes, nextHeader, sa.ahBytes, sa.spi, (int) sequence);
        batch.place(packet, ip - EthernetHeader.BYTES, EthernetHeader.BYTES + totalBytes);

        int row = aead.size();
        headers.hide(row, ip, headerBytes);
        rows[size] = row;
        icvBytes[size] = sa.icvBytes;
        ivBytes[size] = sa.ivBytes;
        sequences[size++] = sequence;
        AhRow.prepare(aead, sa.salt, sequence, sequence);
        AhRow.add(aead, sa.keyHandle, sa.esn, sa.ivBytes, sa.icvBytes, ip, totalBytes);
    }

    /** Begins a batch. */
    public void clear() {
        size = 0;
    }

    /** Writes the ICVs of the batch, once its MACs are computed, and shows its headers again. */
    public void complete(AeadBatch aead) {
        for (int index = 0; index < size; index++) {
            int row = rows[index];
            long field = headers.ip(row) + headers.bytes(row) + AhHeader.BYTES;
            if (ivBytes[index] != 0) {
                Memory.putLong(field, sequences[index]);
            }
            Memory.copy(aead.text(row) + aead.textBytes(row), field + ivBytes[index], icvBytes[index]);
            headers.show(row);
        }
    }
}

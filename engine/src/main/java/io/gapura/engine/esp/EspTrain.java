package io.gapura.engine.esp;

import static io.gapura.engine.wire.EspHeader.TRAILER_BYTES;

import io.gapura.engine.crypto.AeadBatch;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.sad.InboundSa;
import io.gapura.engine.sad.OutboundSa;
import io.gapura.engine.sad.ReplayWindow;
import io.gapura.engine.spd.Flow;
import io.gapura.engine.wire.Ecn;
import io.gapura.engine.wire.EspHeader;
import io.gapura.engine.wire.EthernetHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv4Outer;
import io.gapura.ffi.Memory;

/**
 * {@link EspOutbound} and {@link EspInbound} for packets of one SA that follow each other, which is what most packets do, RFC 4303 §3.3
 * and §3.4: in loops without calls, what is the same for all of them stays in registers, and the SA counts once. Only for what is
 * usual, IPv4 in IPv4 by an AEAD; whatever is not ends the train, is left as it was, and goes the general way. On the thread of
 * the worker that owns the SA; allocates nothing.
 */
public final class EspTrain {
    private static final int IV_BYTES = Long.BYTES;
    private static final int ALIGNMENT = 4;

    private EspTrain() {
    }

    /** Whether the SA's packets may go by train to this next hop. */
    public static boolean suits(OutboundSa sa, Adjacency nextHop) {
        return !sa.transport && !sa.ah && sa.extras == null && sa.ivBytes == IV_BYTES && sa.blockBytes == ALIGNMENT
                && nextHop.isResolved() && sa.outer instanceof Ipv4Outer;
    }

    /**
     * Wraps the packets from {@code first} on and forwards them, up to one that is of another tunnel, or has an option, a hop or a byte too
     * many, or passes a limit of the SA; its number.
     *
     * @param tunnelOf by packet of the batch: its tunnel
     * @param innerMtu the longest packet that may go, in bytes
     */
    public static int encapsulate(AeadBatch aead, PacketBatch batch, int first, int[] tunnelOf, OutboundSa sa,
            Adjacency nextHop, int innerMtu, long nowNs) {
        int tunnel = sa.tunnel;
        long key = sa.keyHandle;
        int salt = sa.salt;
        int spi = sa.spi;
        boolean esn = sa.esn;
        int icvBytes = sa.icvBytes;
        Ipv4Outer outer = (Ipv4Outer) sa.outer;
        int port = nextHop.port();
        int headerBytes = outer.bytes() + EspHeader.BYTES + IV_BYTES;
        long sequence = sa.sequence();
        long bytes = 0;
        long slot = aead.slot();
        int size = sa.isQuiet() ? batch.size() : first;
        int packet = first;
        while (packet < size && tunnelOf[packet] == tunnel) {
            long inner = batch.start(packet) + EthernetHeader.BYTES;
            int innerBytes = batch.length(packet) - EthernetHeader.BYTES;
            long header = Memory.longAt(inner);
            if (header >>> 56 != Ipv4Header.VERSION_4_WITHOUT_OPTIONS || innerBytes > innerMtu
                    || Ipv4Header.timeToLive(inner) <= 1) {
                break;
            }
            bytes += innerBytes;
            sequence++;
            Ipv4Header.decrementTimeToLive(inner);
            int padding = EspHeader.paddingBytes(innerBytes, ALIGNMENT);
            int textBytes = innerBytes + padding + TRAILER_BYTES;
            EspHeader.writeTrailer(inner + innerBytes, padding, Ipv4Header.IP_IN_IP);

            long esp = inner - IV_BYTES - EspHeader.BYTES;
            long frame = inner - headerBytes - EthernetHeader.BYTES;
            int totalLength = headerBytes + textBytes + icvBytes;
            EspHeader.write(esp, spi, (int) sequence);
            Memory.putLong(esp + EspHeader.BYTES, sequence);
            outer.write(frame + EthernetHeader.BYTES, totalLength, (int) sequence, (int) (header >>> 48) & 0xff,
                    (int) header & 0xffff);
            nextHop.writeHeader(frame, EthernetHeader.TYPE_IPV4);
            batch.place(packet, frame, EthernetHeader.BYTES + totalLength);
            batch.leave(packet, port);

            EspNonce.write(slot + AeadBatch.NONCE, salt, sequence);
            int aadBytes = EspAad.write(slot + AeadBatch.AAD, spi, sequence, esn);
            AeadBatch.put(slot, key, aadBytes, icvBytes, inner, textBytes);
            slot += AeadBatch.ROW_BYTES;
            packet++;
        }
        if (packet > first) {
            aead.added(packet - first, key);
            sa.takeUpTo(sequence, bytes, nowNs);
            batch.expectAt(port);
        }
        return packet;
    }

    /** Whether packets of the SA may come by train. */
    public static boolean suits(InboundSa sa) {
        return sa.espTunnel && sa.clampMtu == 0 && sa.ivBytes == IV_BYTES && sa.blockBytes == ALIGNMENT
                && sa.isReachedByIpv4();
    }

    /**
     * Admits and prepares the packets from {@code first} on, up to one that is not obviously the SA's, sound and fresh; its number.
     *
     * @param rows gets what is to be known of them later
     */
    public static int prepare(AeadBatch aead, PacketBatch batch, int first, InboundSa sa, InboundRows rows) {
        long key = sa.keyHandle;
        int salt = sa.salt;
        int spi = sa.spi;
        boolean esn = sa.esn;
        int icvBytes = sa.icvBytes;
        ReplayWindow window = sa.window;
        int destination = sa.localIpv4();
        int leastBytes = Ipv4Header.BYTES + EspHeader.BYTES + IV_BYTES + ALIGNMENT + icvBytes;
        int firstRow = aead.size();
        long slot = aead.slot();
        int size = batch.size();
        int packet = first;
        while (packet < size) {
            long ip = batch.start(packet) + EthernetHeader.BYTES;
            long esp = ip + Ipv4Header.BYTES;
            int available = batch.length(packet) - EthernetHeader.BYTES;
            int totalLength = available < leastBytes ? 0 : Ipv4Header.plainEspBytes(ip, destination);
            if (totalLength < leastBytes || totalLength > available || EspHeader.spi(esp) != spi
                    || EthernetHeader.type(ip - EthernetHeader.BYTES) != EthernetHeader.TYPE_IPV4) {
                break;
            }
            long sequence = window.check(EspHeader.sequence(esp));
            if (sequence == ReplayWindow.REPLAYED) {
                break;
            }
            batch.cut(packet, EthernetHeader.BYTES + totalLength);
            rows.put(firstRow + packet - first, packet, sa, sequence);
            int textBytes = totalLength - leastBytes + ALIGNMENT;
            EspNonce.write(slot + AeadBatch.NONCE, salt, Memory.longAt(esp + EspHeader.BYTES));
            int aadBytes = EspAad.write(slot + AeadBatch.AAD, spi, sequence, esn);
            AeadBatch.put(slot, key, aadBytes, icvBytes, esp + EspHeader.BYTES + IV_BYTES, textBytes);
            slot += AeadBatch.ROW_BYTES;
            packet++;
        }
        aead.added(packet - first, key);
        return packet;
    }

    /**
     * Unwraps and forwards what was decrypted, from {@code firstRow} on, up to a row that is not obviously the next of the flow, or is not
     * as most are; its number.
     *
     * @param flow of the packet before, which the SA may carry, and which leaves by {@code nextHop}
     */
    public static int finish(AeadBatch aead, PacketBatch batch, int firstRow, InboundRows rows, InboundSa sa, Flow flow,
            Adjacency nextHop, long nowNs) {
        ReplayWindow window = sa.window;
        int mtu = nextHop.mtu();
        int port = nextHop.port();
        long bytes = 0;
        int end = sa.isQuiet() ? rows.endOf(sa, firstRow, aead.size()) : firstRow;
        int row = firstRow;
        while (row < end) {
            int packet = rows.packet(row);
            long outer = batch.start(packet) + EthernetHeader.BYTES;
            long inner = aead.text(row);
            int payloadBytes = aead.authentic(row) ? payloadBytes(inner, aead.textBytes(row)) : 0;
            int innerBytes = flow.next(inner, payloadBytes);
            if (innerBytes == 0 || innerBytes > mtu || Ipv4Header.timeToLive(inner) <= 1
                    || (Ipv4Header.typeOfService(outer) & Ecn.MASK) != 0 || !window.acceptNext(rows.sequence(row))) {
                break;
            }
            bytes += innerBytes;
            Ipv4Header.decrementTimeToLive(inner);
            nextHop.writeHeader(inner - EthernetHeader.BYTES, EthernetHeader.TYPE_IPV4);
            batch.place(packet, inner - EthernetHeader.BYTES, EthernetHeader.BYTES + innerBytes);
            batch.leave(packet, port);
            row++;
        }
        if (row > firstRow) {
            batch.expectAt(port);
            sa.countReceived(row - firstRow, bytes, nowNs);
        }
        return row;
    }

    /** How many bytes a tunnelled IPv4 datagram may have in a decrypted text with padding as little as can be; or else 0. */
    private static int payloadBytes(long text, int textBytes) {
        int trailer = EspHeader.trailer(text + textBytes);
        int padding = EspHeader.paddingBytes(trailer);
        int payloadBytes = textBytes - TRAILER_BYTES - padding;
        boolean usual = EspHeader.nextHeader(trailer) == Ipv4Header.IP_IN_IP && padding < ALIGNMENT
                && EspHeader.isPadding(text + payloadBytes, padding);
        return usual ? payloadBytes : 0;
    }
}

package io.gapura.engine.sad;

import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.route.Adjacency;
import io.gapura.engine.route.Fib;
import io.gapura.engine.wire.AhHeader;
import io.gapura.engine.wire.OuterHeader;
import org.jspecify.annotations.Nullable;

/**
 * The sending direction of an SA (RFC 4301 §4.4.2.1). Any thread may read what is final and the
 * {@link #counters}; the rest belongs to the worker that owns the SA.
 */
public final class OutboundSa extends Usage {
    /** {@link #nextSequence}: another number would repeat one, and with it an IV. */
    public static final long SEQUENCE_EXHAUSTED = 0;
    /** {@link #nextSequence}: the hard limit is reached. */
    public static final long LIFETIME_EXPIRED = -1;

    /** What {@link #takeEvent} has to tell, each limit once. */
    public enum LimitEvent {
        NONE,
        SOFT,
        HARD
    }

    /** RFC 4303 §3.3.3: the counter must never cycle, whether or not the peer checks for replays. */
    private static final long LAST_SHORT_SEQUENCE = 0xffff_ffffL;
    private static final long LAST_EXTENDED_SEQUENCE = Long.MAX_VALUE - 1;

    /** Numbers left when the SA asks to be replaced for want of them: a second's worth at 16 million packets per second. */
    private static final long SEQUENCE_RESERVE = 1 << 24;

    public final AeadKey key;
    /** Its handle. */
    public final long keyHandle;
    public final EspCipher cipher;
    /** Its lengths, at hand for each packet. */
    public final int ivBytes;
    public final int icvBytes;
    public final int blockBytes;
    /** Of the whole AH header; 0 for ESP. */
    public final int ahBytes;
    /** Whether it is AH, or else ESP. */
    public final boolean ah;
    /** What each nonce starts with, big endian. */
    public final int salt;
    /** The peer's. */
    public final int spi;
    public final boolean esn;
    public final OuterHeader outer;
    /** Whether it protects what its packets' own IP header carries, or else whole packets; the outer one tells where to, then. */
    public final boolean transport;
    /** The tunnel slot that it serves. */
    public final int tunnel;
    /** The index of the worker that owns it. */
    public final int worker;

    /** What it does beyond what most do, if anything. Set before it is installed. */
    public @Nullable Extras extras;
    /** How many packets that mean nothing it sends each second. Set before it is installed. */
    public int dummiesPerSecond;

    /** Nothing was said of the way to the peer. */
    public static final int UNKNOWN_PATH_MTU = Integer.MAX_VALUE;

    /** The largest IP packet that the way to the peer takes, as far as routers have said: {@link PathMtus}. Written by the control thread. */
    public volatile int pathMtu = UNKNOWN_PATH_MTU;

    /** The snapshot in which {@link #nextHop} was found. */
    public @Nullable Fib fib;
    public @Nullable Adjacency nextHop;

    private final long lastSequence;
    private final long hardPackets;
    private final long hardBytes;

    /** The soft limits; out of reach once one was passed. */
    private long softPackets;
    private long softBytes;
    /** Up to here no limit is passed, soft or hard. */
    private long quietPackets;
    private long quietBytes;

    private LimitEvent event = LimitEvent.NONE;
    private boolean eventful;
    private boolean refusing;

    public OutboundSa(int spi, boolean esn, EspKey keys, OuterHeader outer, boolean transport, Lifetime lifetime,
            int tunnel, int worker) {
        this.key = keys.key();
        this.keyHandle = key.handle();
        this.cipher = keys.cipher();
        this.ivBytes = cipher.ivBytes();
        this.icvBytes = cipher.icvBytes();
        this.blockBytes = cipher.blockBytes();
        this.ah = cipher instanceof AhMac;
        this.ahBytes = ah ? AhHeader.bytes(ivBytes + icvBytes, outer.destination().isIpv4()) : 0;
        this.salt = keys.salt();
        this.spi = spi;
        this.esn = esn;
        this.outer = outer;
        this.transport = transport;
        this.tunnel = tunnel;
        this.worker = worker;
        this.lastSequence = esn ? LAST_EXTENDED_SEQUENCE : LAST_SHORT_SEQUENCE;
        this.hardPackets = lifetime.hardPackets();
        this.hardBytes = lifetime.hardBytes();
        this.softPackets = Math.min(lifetime.softPackets(), lastSequence - SEQUENCE_RESERVE);
        this.softBytes = lifetime.softBytes();
        findQuiet();
    }

    private void findQuiet() {
        quietPackets = Math.min(softPackets, Math.min(hardPackets, lastSequence));
        quietBytes = Math.min(softBytes, hardBytes);
    }

    /**
     * The next packet's sequence number, 1 or more, which serves as its IV too and is how many packets were sent; or
     * {@link #SEQUENCE_EXHAUSTED} or {@link #LIFETIME_EXPIRED}, and then the packet must not be sent.
     *
     * @param innerBytes of the packet inside, from its IP header on
     */
    public long nextSequence(int innerBytes, long nowNs) {
        long sequence = packets() + 1;
        long bytes = bytes() + innerBytes;
        if (sequence <= quietPackets && bytes <= quietBytes) {
            setUsage(sequence, bytes, nowNs);
            return sequence;
        }
        return nextSequenceAtLimit(sequence, bytes, nowNs);
    }

    /** The last sequence number given, or 0. */
    public long sequence() {
        return packets();
    }

    /** Whether a whole batch may pass, and no limit is reached, soft or hard. */
    public boolean isQuiet() {
        return packets() < quietPackets - PacketBatch.CAPACITY && bytes() < quietBytes - PacketBatch.MOST_BYTES;
    }

    /** Takes the numbers up to {@code sequence}, for so many bytes, at once, while it {@link #isQuiet}. */
    public void takeUpTo(long sequence, long innerBytes, long nowNs) {
        setUsage(sequence, bytes() + innerBytes, nowNs);
    }

    private long nextSequenceAtLimit(long sequence, long bytes, long nowNs) {
        if (sequence > lastSequence) {
            return refuse(SEQUENCE_EXHAUSTED);
        }
        if (sequence > hardPackets || bytes > hardBytes) {
            return refuse(LIFETIME_EXPIRED);
        }
        setUsage(sequence, bytes, nowNs);
        if (sequence > softPackets || bytes > softBytes) {
            passSoftLimit();
        }
        return sequence;
    }

    /** Reads a field in each cache line that a packet's way needs. The sum means nothing. */
    public long touch() {
        return packets() + keyHandle + quietBytes + worker + (nextHop == null ? 0 : 1) + (fib == null ? 0 : 1)
                + outer.touch();
    }

    private void passSoftLimit() {
        softPackets = Long.MAX_VALUE;
        softBytes = Long.MAX_VALUE;
        findQuiet();
        event = LimitEvent.SOFT;
        eventful = true;
    }

    private long refuse(long reason) {
        if (!refusing) {
            refusing = true;
            event = LimitEvent.HARD;
            eventful = true;
        }
        return reason;
    }

    /** Skips the numbers up to {@code sequence}, as if so many packets had been sent. Before the first packet only. */
    void continueAfter(long sequence) {
        setUsage(sequence, 0, 0);
    }

    /** Whether {@link #nextSequence} has left an event behind: cheap enough to ask after each packet. */
    public boolean isEventful() {
        return eventful;
    }

    /** The event that {@link #nextSequence} left behind, once. */
    public LimitEvent takeEvent() {
        LimitEvent taken = event;
        event = LimitEvent.NONE;
        eventful = false;
        return taken;
    }
}

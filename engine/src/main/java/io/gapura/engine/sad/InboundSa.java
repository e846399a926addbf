package io.gapura.engine.sad;

import io.gapura.engine.crypto.AeadKey;
import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.packet.PacketBatch;
import io.gapura.engine.spd.SelectorSet;
import io.gapura.engine.wire.IpHeader;
import io.gapura.engine.wire.Ipv4Header;
import io.gapura.engine.wire.Ipv6Header;
import io.gapura.ffi.IpAddress;

/**
 * The receiving direction of an SA (RFC 4301 §4.4.2.1). Any thread may read what is final, except the window,
 * and the {@link #counters}; the rest belongs to the worker that owns the SA.
 */
public final class InboundSa extends Usage {
    public final AeadKey key;
    /** Its handle. */
    public final long keyHandle;
    public final EspCipher cipher;
    /** Its lengths, at hand for each packet. */
    public final int ivBytes;
    public final int icvBytes;
    public final int blockBytes;
    /** What each nonce starts with, big endian. */
    public final int salt;
    /** Ours, from {@link Sad#allocate}. */
    public final int spi;
    /** Whether it protects what its IP header carries, or else a datagram inside. */
    public final boolean transport;
    public final boolean esn;
    /** Whether it is AH, or else ESP. */
    public final boolean ah;
    /** Whether what it decrypts is a datagram, as it lies. */
    public final boolean espTunnel;
    public final ReplayWindow window;
    /** What it may carry. */
    public final SelectorSet selectors;
    /** The index of the worker that owns it. */
    public final int worker;

    /** What the other direction carries at most, which TCP must not offer more than; 0 if it may. Written by the control thread. */
    public volatile int clampMtu;
    /** The address at which the peer reaches it. */
    private final IpAddress localAddress;
    private final boolean ipv4;
    private final int localIpv4;
    private final long localHigh;
    private final long localLow;

    private final long hardPackets;
    private final long hardBytes;

    public InboundSa(int spi, Addressing addressing, EspKey keys, ReplayWindow window, SelectorSet selectors,
            Lifetime lifetime, int worker) {
        this.key = keys.key();
        this.keyHandle = key.handle();
        this.cipher = keys.cipher();
        this.ivBytes = cipher.ivBytes();
        this.icvBytes = cipher.icvBytes();
        this.blockBytes = cipher.blockBytes();
        this.salt = keys.salt();
        this.spi = spi;
        this.localAddress = addressing.local();
        this.transport = addressing.transport();
        this.ah = cipher instanceof AhMac;
        this.espTunnel = !ah && !transport;
        this.ipv4 = localAddress.isIpv4();
        this.localIpv4 = localAddress.ipv4();
        this.localHigh = localAddress.high();
        this.localLow = localAddress.low();
        this.esn = window.isExtended();
        this.window = window;
        this.selectors = selectors;
        this.worker = worker;
        this.hardPackets = lifetime.hardPackets();
        this.hardBytes = lifetime.hardBytes();
    }

    /**
     * Counts a packet that is authentic, fresh and permitted. False if that passes the hard limit: drop it.
     *
     * @param innerBytes of the packet inside, from its IP header on
     */
    public boolean countReceived(int innerBytes, long nowNs) {
        long packets = packets() + 1;
        long bytes = bytes() + innerBytes;
        if (packets > hardPackets || bytes > hardBytes) {
            return false;
        }
        setUsage(packets, bytes, nowNs);
        return true;
    }

    /** Whether a whole batch may pass, and no limit is reached. */
    public boolean isQuiet() {
        return packets() < hardPackets - PacketBatch.CAPACITY && bytes() < hardBytes - PacketBatch.MOST_BYTES;
    }

    /** Counts so many packets at once, while it {@link #isQuiet}. */
    public void countReceived(int packets, long innerBytes, long nowNs) {
        setUsage(packets() + packets, bytes() + innerBytes, nowNs);
    }

    /** Whether the datagram at {@code ip} is addressed to it. */
    public boolean isFor(long ip) {
        return ipv4
                ? Ipv4Header.destination(ip) == localIpv4 && IpHeader.isIpv4(ip)
                : Ipv6Header.destinationLow(ip) == localLow && Ipv6Header.destinationHigh(ip) == localHigh
                        && !IpHeader.isIpv4(ip);
    }

    public IpAddress localAddress() {
        return localAddress;
    }

    /** Whether the outer header is IPv4. */
    public boolean isReachedByIpv4() {
        return ipv4;
    }

    /** Its address then. */
    public int localIpv4() {
        return localIpv4;
    }

    /** Reads a field in each cache line that a packet's way needs. The sum means nothing. */
    public long touch() {
        return packets() + keyHandle + hardBytes + worker + window.touch() + selectors.touch();
    }
}

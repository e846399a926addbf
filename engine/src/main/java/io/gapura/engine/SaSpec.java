package io.gapura.engine;

import io.gapura.engine.crypto.AhMac;
import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.sad.Addressing;
import io.gapura.engine.sad.Extras;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.wire.DscpMap;
import io.gapura.engine.wire.OuterDf;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.IpAddress;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a child SA is told.
 *
 * @param cipher        ESP's, or an {@link AhMac} for AH
 * @param keys          key, salt and MAC key, as many as the cipher needs; the engine expands its own copy, the caller closes this one afterwards
 * @param esn           extended sequence numbers, RFC 4303 §2.2.1
 * @param replayWindow  32 to 65536 packets; inbound only
 * @param mode          what of a packet it protects
 * @param localAddress  our outer address
 * @param remoteAddress the peer's, of the same family
 * @param udp           the ports behind a NAT; null for ESP or AH directly in IP
 * @param lifetime      limits of packets and bytes
 * @param df            the outer "don't fragment" flag; outbound only
 * @param copyDscp      whether the outer DSCP is the inner one, or else 0; outbound only
 * @param extras        what it does beyond that
 */
public record SaSpec(EspCipher cipher, KeyMaterial keys, boolean esn, int replayWindow, SaMode mode,
        IpAddress localAddress, IpAddress remoteAddress, @Nullable UdpPorts udp, Lifetime lifetime, OuterDf df,
        boolean copyDscp, Extras extras) {

    /** Packets that may arrive out of order without being taken for replays. */
    public static final int DEFAULT_REPLAY_WINDOW = 1024;

    private static final int FLOW_LABEL_BITS = 20;
    /** From the golden ratio: SPIs that follow one another get labels far apart. */
    private static final int FLOW_LABEL_MIX = 0x9e37_79b9;

    public SaSpec {
        if (keys.bytes() != cipher.keyMaterialBytes()) {
            throw new IllegalArgumentException("%s takes %d bytes of key material, not %d".formatted(cipher,
                    cipher.keyMaterialBytes(), keys.bytes()));
        }
        if (udp != null && cipher instanceof AhMac) {
            throw new IllegalArgumentException("AH authenticates the addresses: it cannot pass a NAT, nor go in UDP");
        }
        if (localAddress.isIpv4() != remoteAddress.isIpv4()) {
            throw new IllegalArgumentException("an SA from %s to %s".formatted(localAddress, remoteAddress));
        }
    }

    /** A tunnel's, with the default window, the inner packet's DF and DSCP outside, directly in IP and without limits. */
    public static SaSpec of(EspCipher cipher, KeyMaterial keys, boolean esn, IpAddress localAddress,
            IpAddress remoteAddress) {
        return new SaSpec(cipher, keys, esn, DEFAULT_REPLAY_WINDOW, SaMode.TUNNEL, localAddress, remoteAddress, null,
                Lifetime.FOREVER, OuterDf.COPY, true, Extras.NONE);
    }

    /** Between IPv4 addresses. */
    public static SaSpec of(EspCipher cipher, KeyMaterial keys, boolean esn, int localAddress, int remoteAddress) {
        return of(cipher, keys, esn, IpAddress.ofIpv4(localAddress), IpAddress.ofIpv4(remoteAddress));
    }

    public SaSpec inMode(SaMode other) {
        return new SaSpec(cipher, keys, esn, replayWindow, other, localAddress, remoteAddress, udp, lifetime, df,
                copyDscp, extras);
    }

    public SaSpec inUdp(UdpPorts ports) {
        return new SaSpec(cipher, keys, esn, replayWindow, mode, localAddress, remoteAddress, ports, lifetime, df,
                copyDscp, extras);
    }

    public SaSpec withLifetime(Lifetime limits) {
        return new SaSpec(cipher, keys, esn, replayWindow, mode, localAddress, remoteAddress, udp, limits, df,
                copyDscp, extras);
    }

    public SaSpec withReplayWindow(int packets) {
        return new SaSpec(cipher, keys, esn, packets, mode, localAddress, remoteAddress, udp, lifetime, df, copyDscp,
                extras);
    }

    public SaSpec withDf(OuterDf outerDf) {
        return new SaSpec(cipher, keys, esn, replayWindow, mode, localAddress, remoteAddress, udp, lifetime, outerDf,
                copyDscp, extras);
    }

    public SaSpec clampingMss() {
        return withExtras(new Extras(true, extras.padTo(), extras.dummies(), extras.dscp()));
    }

    /** With packets padded to so many bytes, or to {@link Extras#WHAT_FITS}. */
    public SaSpec paddingTo(int bytes) {
        return withExtras(new Extras(extras.clampMss(), bytes, extras.dummies(), extras.dscp()));
    }

    public SaSpec withDscp(DscpMap map) {
        return withExtras(new Extras(extras.clampMss(), extras.padTo(), extras.dummies(), map));
    }

    /** With so many packets a second that mean nothing. */
    public SaSpec sendingDummies(int perSecond) {
        return withExtras(new Extras(extras.clampMss(), extras.padTo(), perSecond, extras.dscp()));
    }

    private SaSpec withExtras(Extras others) {
        return new SaSpec(cipher, keys, esn, replayWindow, mode, localAddress, remoteAddress, udp, lifetime, df,
                copyDscp, others);
    }

    /** As the peer sees it: the other direction's, by the same keys. */
    public SaSpec reversed() {
        UdpPorts ports = udp;
        return new SaSpec(cipher, keys, esn, replayWindow, mode, remoteAddress, localAddress,
                ports == null ? null : new UdpPorts(ports.remote(), ports.local()), lifetime, df, copyDscp, extras);
    }

    /** The bytes behind the key, big endian. */
    int salt() {
        int salt = 0;
        for (int offset = 0; offset < cipher.saltBytes(); offset++) {
            salt = salt << Byte.SIZE | Memory.byteAt(keys.address() + cipher.keyBytes() + offset);
        }
        return salt;
    }

    boolean isTransport() {
        return mode == SaMode.TRANSPORT;
    }

    Addressing addressing() {
        return new Addressing(localAddress, isTransport());
    }

    /** Its flow label in IPv6 is made from the SPI, RFC 6437 §3. */
    OuterHeader outerHeader(int spi) {
        UdpPorts ports = udp;
        int flowLabel = (spi * FLOW_LABEL_MIX) >>> (Integer.SIZE - FLOW_LABEL_BITS);
        if (cipher instanceof AhMac) {
            return OuterHeader.ah(localAddress, remoteAddress, df, copyDscp, flowLabel);
        }
        return ports == null
                ? OuterHeader.esp(localAddress, remoteAddress, df, copyDscp, flowLabel)
                : OuterHeader.espInUdp(localAddress, remoteAddress, ports.local() << 16 | ports.remote(), df, copyDscp,
                        flowLabel);
    }
}

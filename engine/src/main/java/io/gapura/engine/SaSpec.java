package io.gapura.engine;

import io.gapura.engine.crypto.EspCipher;
import io.gapura.engine.crypto.KeyMaterial;
import io.gapura.engine.sad.Lifetime;
import io.gapura.engine.wire.OuterDf;
import io.gapura.engine.wire.OuterHeader;
import io.gapura.ffi.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a child SA is told.
 *
 * @param keys          key, salt and MAC key, as many as the cipher needs; the engine expands its own copy, the caller closes this one afterwards
 * @param esn           extended sequence numbers, RFC 4303 §2.2.1
 * @param replayWindow  32 to 65536 packets; inbound only
 * @param localAddress  our outer IPv4 address
 * @param remoteAddress the peer's
 * @param udp           the ports behind a NAT; null for ESP directly in IP
 * @param lifetime      limits of packets and bytes
 * @param df            the outer "don't fragment" flag; outbound only
 * @param copyDscp      whether the outer DSCP is the inner one, or else 0; outbound only
 */
public record SaSpec(EspCipher cipher, KeyMaterial keys, boolean esn, int replayWindow, int localAddress,
        int remoteAddress, @Nullable UdpPorts udp, Lifetime lifetime, OuterDf df, boolean copyDscp) {

    /** Packets that may arrive out of order without being taken for replays. */
    public static final int DEFAULT_REPLAY_WINDOW = 1024;

    public SaSpec {
        if (keys.bytes() != cipher.keyMaterialBytes()) {
            throw new IllegalArgumentException("%s takes %d bytes of key material, not %d".formatted(cipher,
                    cipher.keyMaterialBytes(), keys.bytes()));
        }
    }

    /** With the default window, the inner packet's DF and DSCP outside, directly in IP and without limits. */
    public static SaSpec of(EspCipher cipher, KeyMaterial keys, boolean esn, int localAddress, int remoteAddress) {
        return new SaSpec(cipher, keys, esn, DEFAULT_REPLAY_WINDOW, localAddress, remoteAddress, null,
                Lifetime.FOREVER, OuterDf.COPY, true);
    }

    public SaSpec inUdp(UdpPorts ports) {
        return new SaSpec(cipher, keys, esn, replayWindow, localAddress, remoteAddress, ports, lifetime, df, copyDscp);
    }

    public SaSpec withLifetime(Lifetime limits) {
        return new SaSpec(cipher, keys, esn, replayWindow, localAddress, remoteAddress, udp, limits, df, copyDscp);
    }

    public SaSpec withReplayWindow(int packets) {
        return new SaSpec(cipher, keys, esn, packets, localAddress, remoteAddress, udp, lifetime, df, copyDscp);
    }

    public SaSpec withDf(OuterDf outerDf) {
        return new SaSpec(cipher, keys, esn, replayWindow, localAddress, remoteAddress, udp, lifetime, outerDf,
                copyDscp);
    }

    /** The bytes behind the key, big endian. */
    int salt() {
        int salt = 0;
        for (int offset = 0; offset < cipher.saltBytes(); offset++) {
            salt = salt << Byte.SIZE | Memory.byteAt(keys.address() + cipher.keyBytes() + offset);
        }
        return salt;
    }

    OuterHeader outerHeader() {
        UdpPorts ports = udp;
        return ports == null
                ? OuterHeader.esp(localAddress, remoteAddress, df, copyDscp)
                : OuterHeader.espInUdp(localAddress, remoteAddress, ports.local(), ports.remote(), df, copyDscp);
    }
}

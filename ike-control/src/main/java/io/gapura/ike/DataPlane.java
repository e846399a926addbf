package io.gapura.ike;

import io.gapura.ike.config.Child;
import io.gapura.ike.crypto.EspSuite;
import io.gapura.ike.message.Secret;
import io.gapura.ike.message.TrafficSelector;
import java.net.InetSocketAddress;
import java.util.List;

/** What IKE asks of the packet engine. All calls are made by the control thread. */
public interface DataPlane {
    /**
     * Reserves an SPI to receive with.
     *
     * @throws IllegalStateException if there is none left
     */
    int allocateSpi();

    /** Gives back an SPI that was never installed. */
    void releaseSpi(int spi);

    /** How many SAs a tunnel can make use of side by side: one for each worker. */
    default int lanes() {
        return 1;
    }

    /** From now on this traffic is protected by the tunnel's current outbound SA; the tunnel's number. */
    int openTunnel(Selectors selectors);

    /** This traffic has no tunnel any more: it is dropped, never sent in clear. */
    void closeTunnel(int tunnel);

    /** Before the peer hears of anything, and at the end of every duty cycle: opened and closed tunnels may have waited for it until the workers know. */
    default void publish(long nowNs) {
    }

    /** Packets with {@code spi} are accepted from now on. */
    void installInbound(int spi, EspSa sa);

    /** The tunnel sends by this SA from now on; a handle to retire it by. */
    long installOutbound(int tunnel, int spi, EspSa sa);

    void retireInbound(int spi);

    void retireOutbound(long handle);

    Use inboundUse(int spi);

    Use outboundUse(long handle);

    /** What has gone through one direction of an SA; {@code lastNs} on the clock of the control thread, 0 for never. */
    record Use(long packets, long bytes, long lastNs) {
        public static final Use NONE = new Use(0, 0, 0);
    }

    /** Negotiated traffic selectors. */
    record Selectors(String connection, String child, List<TrafficSelector> local, List<TrafficSelector> remote) {}

    /**
     * One direction of a child SA.
     *
     * @param keys   key and salt; the caller wipes them after the call
     * @param local  our outer address and, in UDP, port
     * @param remote the peer's
     * @param inUdp  RFC 3948, between these ports
     * @param transport whether it protects what the two addresses' own packets carry, or else packets in a tunnel
     * @param child  for its limits, replay window and header options
     * @param tunnel that it belongs to
     * @param lane   which of the tunnel's SAs side by side it is, RFC 9611; 0 for the one that serves whoever has none
     *               of his own
     */
    record EspSa(EspSuite suite, Secret keys, InetSocketAddress local, InetSocketAddress remote, boolean inUdp,
            boolean transport, Selectors selectors, Child child, int tunnel, int lane) {}
}

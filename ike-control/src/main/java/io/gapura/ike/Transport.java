package io.gapura.ike;

import io.gapura.ike.message.Bytes;
import java.net.InetSocketAddress;

/** How IKE datagrams travel. Never blocks; control thread. */
public interface Transport {
    /** Sends a datagram, or loses it: IKE repeats what matters. */
    void send(Datagram datagram);

    /** Passes on what has arrived, at most {@code limit} datagrams; how many. */
    int receive(Receiver receiver, int limit);

    /** Takes a datagram that has arrived. */
    @FunctionalInterface
    interface Receiver {
        void onDatagram(Datagram datagram);
    }

    /**
     * An IKE message, or the start of what claims to be one; without non-ESP marker.
     *
     * @param local   our end; of an arrived datagram the address it was sent to
     * @param natPort whether it travels by the ports for NAT traversal, RFC 7296 §2.23
     */
    record Datagram(InetSocketAddress local, InetSocketAddress remote, boolean natPort, Bytes content) {
        /** A NAT keepalive, RFC 3948 §2.3: sent alone, without marker. */
        public static final Bytes KEEPALIVE = Bytes.of(0xff);
    }
}

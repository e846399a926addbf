package io.gapura.ike.sa;

import io.gapura.ike.Transport.Datagram;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.NatDetection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Which way an IKE SA's datagrams go: both ends, the port, and whether there are NATs between them, RFC 7296 §2.23.
 * Control thread.
 */
final class Path {
    private static final int NAT_PORT = 4500;
    /** What stands in front of an IKE message: IP, UDP and the non-ESP marker. */
    private static final int IPV4_OVERHEAD_BYTES = 20 + 8 + 4;
    private static final int IPV6_OVERHEAD_BYTES = 40 + 8 + 4;

    private InetSocketAddress local;
    private InetSocketAddress remote;
    private boolean natPort;
    private boolean behindNat;
    private boolean peerBehindNat;

    /** The way back to where {@code datagram} has come from, or the way that it is about to go. */
    Path(Datagram datagram) {
        this.local = datagram.local();
        this.remote = datagram.remote();
        this.natPort = datagram.natPort();
    }

    /** For the IKE SA that replaces this one's. */
    Path copy() {
        Path copy = new Path(datagram(Bytes.EMPTY));
        copy.behindNat = behindNat;
        copy.peerBehindNat = peerBehindNat;
        return copy;
    }

    Datagram datagram(Bytes content) {
        return new Datagram(local, remote, natPort, content);
    }

    /** Always by the port that the NAT has to keep open. */
    Datagram keepalive() {
        return new Datagram(local, remote, true, Datagram.KEEPALIVE);
    }

    /** How much of an IP packet is not IKE. */
    int overheadBytes() {
        return local.getAddress() instanceof Inet6Address ? IPV6_OVERHEAD_BYTES : IPV4_OVERHEAD_BYTES;
    }

    /** A peer behind a NAT may come from elsewhere, and until IKE_AUTH everybody may change to port 4500. */
    void follow(Datagram datagram, IkeState state) {
        boolean moved = !remote.equals(datagram.remote()) || natPort != datagram.natPort();
        if (moved && (state == IkeState.HALF_OPEN || peerBehindNat)) {
            local = datagram.local();
            remote = datagram.remote();
            natPort = datagram.natPort();
        }
    }

    /** With a NAT between them, initiators go on at port 4500. */
    void moveToNatPort() {
        if (!natPort && (behindNat || peerBehindNat)) {
            natPort = true;
            local = new InetSocketAddress(local.getAddress(), NAT_PORT);
            remote = new InetSocketAddress(remote.getAddress(), NAT_PORT);
        }
    }

    /**
     * What lets the peer detect NATs.
     *
     * @param force whether to claim a port that we do not have: the peer sees a NAT then, and so uses UDP
     */
    List<NotifyPayload> notifications(IkeSpis spis, boolean force) {
        return List.of(
                new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP,
                        NatDetection.hash(spis, raw(local), force ? 0 : local.getPort())),
                new NotifyPayload(NotifyType.NAT_DETECTION_DESTINATION_IP, hash(spis, remote)));
    }

    /** Who does not find the addresses that the other side saw has a NAT in front of it. */
    void detect(IkeMessage message, IkeSpis spisInMessage, boolean force) {
        peerBehindNat = !isSeen(message, NotifyType.NAT_DETECTION_SOURCE_IP, hash(spisInMessage, remote));
        behindNat = force || !isSeen(message, NotifyType.NAT_DETECTION_DESTINATION_IP, hash(spisInMessage, local));
    }

    private static Bytes hash(IkeSpis spis, InetSocketAddress end) {
        return NatDetection.hash(spis, raw(end), end.getPort());
    }

    private static Bytes raw(InetSocketAddress end) {
        return Bytes.copyOf(end.getAddress().getAddress());
    }

    /** A peer that says nothing of NATs does not know of them. */
    private static boolean isSeen(IkeMessage message, NotifyType type, Bytes hash) {
        List<NotifyPayload> hashes = message.notifications().stream()
                .filter(notification -> notification.notifyType().equals(type)).toList();
        return hashes.isEmpty() || hashes.stream().anyMatch(notification -> notification.value().equals(hash));
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    InetAddress localAddress() {
        return local.getAddress();
    }

    InetAddress remoteAddress() {
        return remote.getAddress();
    }

    boolean isNatPort() {
        return natPort;
    }

    boolean isBehindNat() {
        return behindNat;
    }

    boolean isPeerBehindNat() {
        return peerBehindNat;
    }

    /** In words, if there is one. */
    String nats() {
        return behindNat && peerBehindNat
                ? "both are behind one"
                : behindNat ? "we are behind it" : peerBehindNat ? "the peer is behind it" : "";
    }
}

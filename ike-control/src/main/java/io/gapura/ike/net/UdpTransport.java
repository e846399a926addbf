package io.gapura.ike.net;

import io.gapura.ike.Transport;
import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * IKE over the kernel's UDP sockets, one pair of ports for each local address, IPv4 or IPv6: 500, and 4500 where IKE
 * and ESP share a port and four zero bytes, the non-ESP marker, stand before IKE (RFC 3948 §2.2). Control thread.
 */
public final class UdpTransport implements Transport, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final Bytes NON_ESP_MARKER = Bytes.zeros(4);
    private static final int BUFFER_BYTES = 65_536;
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    /** From one socket, before the next has its turn. */
    private static final int BURST = 16;
    private static final long WARNING_INTERVAL_NS = 1_000_000_000L;

    private final List<Socket> sockets = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long espDatagrams;
    private long nextWarningNs = System.nanoTime();

    private record Socket(InetSocketAddress local, boolean natPort, DatagramChannel channel) {}

    private final int port;
    private final int natPort;

    private UdpTransport(int port, int natPort) {
        this.port = port;
        this.natPort = natPort;
    }

    /**
     * Opens both ports on each address.
     *
     * @throws IOException naming the address and port that cannot be had
     */
    public static UdpTransport open(List<InetAddress> locals, int port, int natPort) throws IOException {
        UdpTransport transport = new UdpTransport(port, natPort);
        transport.listen(locals);
        return transport;
    }

    /**
     * Opens both ports on those addresses on which they are not open.
     *
     * @throws IOException naming the address and port that cannot be had; nothing is opened then
     */
    public void listen(List<InetAddress> locals) throws IOException {
        List<Socket> before = List.copyOf(sockets);
        try {
            for (InetAddress local : locals) {
                if (before.stream().noneMatch(socket -> socket.local.getAddress().equals(local))) {
                    bind(new InetSocketAddress(local, port), false);
                    bind(new InetSocketAddress(local, natPort), true);
                }
            }
        } catch (IOException e) {
            List<Socket> opened = new ArrayList<>(sockets);
            opened.removeAll(before);
            opened.forEach(UdpTransport::close);
            sockets.removeAll(opened);
            throw e;
        }
    }

    private void bind(InetSocketAddress local, boolean natPort) throws IOException {
        DatagramChannel channel = DatagramChannel.open(local.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
            channel.bind(local);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot use UDP port %d of %s: %s".formatted(local.getPort(),
                    local.getAddress().getHostAddress(), e.getMessage()), e);
        }
        sockets.add(new Socket(local, natPort, channel));
    }

    @Override
    public void send(Datagram datagram) {
        boolean marked = datagram.natPort() && !datagram.content().equals(Datagram.KEEPALIVE);
        Bytes content = marked ? Bytes.concat(NON_ESP_MARKER, datagram.content()) : datagram.content();
        for (Socket socket : sockets) {
            if (socket.natPort == datagram.natPort()
                    && socket.local.getAddress().equals(datagram.local().getAddress())) {
                try {
                    socket.channel.send(content.toBuffer(), datagram.remote());
                } catch (IOException e) {
                    warn(datagram, e);
                }
            }
        }
    }

    /** Once a second is enough: whoever forges addresses sends us where there is no route. */
    private void warn(Datagram datagram, IOException e) {
        long nowNs = System.nanoTime();
        if (nowNs - nextWarningNs >= 0) {
            nextWarningNs = nowNs + WARNING_INTERVAL_NS;
            LOG.warn("cannot send {} bytes to {}: {}", datagram.content().length(), datagram.remote(), e.getMessage());
        }
    }

    /** Takes from each socket in turn, so that a flood at one of them does not silence the others. */
    @Override
    public int receive(Receiver receiver, int limit) {
        int received = 0;
        int before = -1;
        while (received < limit && received != before) {
            before = received;
            for (Socket socket : sockets) {
                for (int burst = 0; burst < BURST && received < limit && receive(socket, receiver); burst++) {
                    received++;
                }
            }
        }
        return received;
    }

    private boolean receive(Socket socket, Receiver receiver) {
        buffer.clear();
        InetSocketAddress remote = remote(socket);
        if (remote == null) {
            return false;
        }
        Bytes content = Bytes.copyOf(buffer.flip());
        if (!socket.natPort) {
            receiver.onDatagram(new Datagram(socket.local, remote, false, content));
        } else if (content.startsWith(NON_ESP_MARKER)) {
            receiver.onDatagram(new Datagram(socket.local, remote, true, content.from(NON_ESP_MARKER.length())));
        } else if (!content.equals(Datagram.KEEPALIVE)) {
            espDatagrams++;
        }
        return true;
    }

    /** ICMP errors of earlier datagrams surface as exceptions here: they change nothing, repetition decides. */
    private @Nullable InetSocketAddress remote(Socket socket) {
        try {
            return (InetSocketAddress) socket.channel.receive(buffer);
        } catch (IOException e) {
            LOG.debug("receiving at {}: {}", socket.local, e.getMessage());
            return null;
        }
    }

    /** Datagrams at the NAT port that are no IKE: ESP that no data plane took before, and rubbish. */
    public long espDatagrams() {
        return espDatagrams;
    }

    @Override
    public void close() {
        sockets.forEach(UdpTransport::close);
    }

    private static void close(Socket socket) {
        try {
            socket.channel.close();
        } catch (IOException e) {
            LOG.warn("closing {}: {}", socket.local, e.getMessage());
        }
    }
}

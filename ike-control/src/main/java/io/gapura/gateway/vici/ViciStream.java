package io.gapura.gateway.vici;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** Packets over a connected socket; one thread may read while another writes. */
final class ViciStream implements AutoCloseable {
    private final SocketChannel channel;
    private final DataInputStream input;

    ViciStream(SocketChannel channel) {
        this.channel = channel;
        this.input = new DataInputStream(Channels.newInputStream(channel));
    }

    /** Waits for the next packet; null if the other side has closed. */
    @Nullable
    ViciPacket read() throws IOException {
        int length;
        try {
            length = input.readInt();
        } catch (EOFException _) {
            return null;
        }
        if (length < 1 || length > ViciPacket.MAX_BYTES) {
            throw new ProtocolException("a packet of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] packet = new byte[length];
        input.readFully(packet);
        return ViciPacket.decode(packet);
    }

    /** Waits until the packet is written. */
    void write(ViciPacket packet) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(packet.encode());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Who is at the other end. */
    ViciCaller caller() {
        try {
            return new ViciCaller(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
        } catch (IOException _) {
            return ViciCaller.UNKNOWN; // already gone
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

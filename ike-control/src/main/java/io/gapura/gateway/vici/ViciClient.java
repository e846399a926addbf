package io.gapura.gateway.vici;

import io.gapura.gateway.vici.ViciPacket.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our own end of the control socket. One thread. */
public final class ViciClient implements AutoCloseable {
    private final ViciStream stream;

    private ViciClient(ViciStream stream) {
        this.stream = stream;
    }

    public static ViciClient connect(Path socket) throws IOException {
        return new ViciClient(new ViciStream(SocketChannel.open(UnixDomainSocketAddress.of(socket))));
    }

    /** Waits for the response to a command. */
    public ViciMessage request(String command, ViciMessage body) throws IOException {
        stream.write(new ViciPacket(Kind.CMD_REQUEST, command, body));
        ViciPacket packet = next();
        while (packet.kind() == Kind.EVENT) {
            packet = next();
        }
        return expect(packet, Kind.CMD_RESPONSE, command).body();
    }

    /** The bodies of the events that a command streams. */
    public List<ViciMessage> stream(String command, String event, ViciMessage body) throws IOException {
        stream.write(ViciPacket.named(Kind.EVENT_REGISTER, event));
        expect(next(), Kind.EVENT_CONFIRM, event);
        stream.write(new ViciPacket(Kind.CMD_REQUEST, command, body));
        List<ViciMessage> streamed = new ArrayList<>();
        for (ViciPacket packet = next(); packet.kind() != Kind.CMD_RESPONSE; packet = next()) {
            streamed.add(expect(packet, Kind.EVENT, command).body());
        }
        return streamed;
    }

    private ViciPacket next() throws IOException {
        ViciPacket packet = stream.read();
        if (packet == null) {
            throw new EOFException("the gateway has closed the control socket");
        }
        return packet;
    }

    private static ViciPacket expect(ViciPacket packet, Kind kind, String name) throws ProtocolException {
        if (packet.kind() != kind) {
            throw new ProtocolException("the gateway does not know '" + name + "'");
        }
        return packet;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}

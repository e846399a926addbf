package io.gapura.gateway.vici;

import java.net.ProtocolException;
import java.util.List;

/**
 * What is sent in one piece, behind its length in four bytes.
 *
 * @param name of the command or event; empty for the kinds without
 * @param body empty for the kinds without
 */
public record ViciPacket(Kind kind, String name, ViciMessage body) {
    /** Larger ones are refused, as strongSwan does. */
    public static final int MAX_BYTES = 512 * 1024;

    /** Kinds of packets by their number on the wire. */
    public enum Kind {
        CMD_REQUEST(true, true),
        CMD_RESPONSE(false, true),
        CMD_UNKNOWN(false, false),
        EVENT_REGISTER(true, false),
        EVENT_UNREGISTER(true, false),
        EVENT_CONFIRM(false, false),
        EVENT_UNKNOWN(false, false),
        EVENT(true, true);

        private static final List<Kind> KINDS = List.of(values());
        private final boolean named;
        private final boolean withBody;

        Kind(boolean named, boolean withBody) {
            this.named = named;
            this.withBody = withBody;
        }
    }

    public static ViciPacket of(Kind kind) {
        return new ViciPacket(kind, "", ViciMessage.EMPTY);
    }

    public static ViciPacket named(Kind kind, String name) {
        return new ViciPacket(kind, name, ViciMessage.EMPTY);
    }

    public static ViciPacket response(ViciMessage body) {
        return new ViciPacket(Kind.CMD_RESPONSE, "", body);
    }

    /** Reads a packet from behind its length. */
    static ViciPacket decode(byte[] packet) throws ProtocolException {
        ViciReader reader = new ViciReader(packet);
        int number = reader.octet();
        if (number >= Kind.KINDS.size()) {
            throw new ProtocolException("a packet of unknown kind " + number);
        }
        Kind kind = Kind.KINDS.get(number);
        String name = kind.named ? reader.name() : "";
        ViciMessage body = kind.withBody ? reader.message() : ViciMessage.EMPTY;
        reader.finish();
        return new ViciPacket(kind, name, body);
    }

    /** The packet behind its length. */
    byte[] encode() {
        ViciWriter writer = new ViciWriter();
        writer.octet(kind.ordinal());
        if (kind.named) {
            writer.name(name);
        }
        if (kind.withBody) {
            writer.message(body);
        }
        return writer.packet();
    }
}

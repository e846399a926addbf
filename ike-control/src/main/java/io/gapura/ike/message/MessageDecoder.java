package io.gapura.ike.message;

import java.util.ArrayList;
import java.util.List;

/**
 * Wire format to messages, RFC 7296 §3.1 and §3.2: lengths are exact, nothing may follow the last payload, nothing
 * that is one of its kind comes twice, reserved bits and the minor version are ignored.
 */
final class MessageDecoder {
    private static final int PAYLOAD_HEADER_BYTES = 4;
    private static final int CRITICAL = 0x80;
    private static final int FIRST_TYPE_AT = 16;
    private static final int VERSION_AT = 17;

    private MessageDecoder() {
    }

    static IkeHeader header(Bytes datagram) throws MalformedMessage {
        ByteReader in = new ByteReader(datagram, "header");
        if (in.remaining() < IkeHeader.BYTES) {
            throw in.fault("datagram of " + in.remaining() + " bytes");
        }
        int major = datagram.at(VERSION_AT) >>> 4;
        if (major != 2) {
            throw MalformedMessage.unsupportedVersion(major);
        }
        return versionTwoHeader(datagram);
    }

    private static IkeHeader versionTwoHeader(Bytes datagram) throws MalformedMessage {
        ByteReader in = new ByteReader(datagram, "header");
        long initiatorSpi = in.take64();
        long responderSpi = in.take64();
        in.skip(2);
        ExchangeType exchange = new ExchangeType(in.take8());
        int flags = in.take8();
        int messageId = in.take32();
        int length = in.take32();
        if (length != datagram.length()) {
            throw in.fault("length " + Integer.toUnsignedLong(length) + " in a datagram of " + datagram.length());
        }
        if (initiatorSpi == 0) {
            throw in.fault("the initiator's SPI is zero");
        }
        Role sender = (flags & IkeHeader.FLAG_INITIATOR) != 0 ? Role.INITIATOR : Role.RESPONDER;
        boolean response = (flags & IkeHeader.FLAG_RESPONSE) != 0;
        return new IkeHeader(initiatorSpi, responderSpi, exchange, sender, response, messageId);
    }

    static IkeMessage message(Bytes datagram) throws MalformedMessage {
        IkeHeader header = header(datagram);
        PayloadType first = new PayloadType(datagram.at(FIRST_TYPE_AT));
        return new IkeMessage(header, payloads(first, datagram.from(IkeHeader.BYTES)));
    }

    static List<Payload> payloads(PayloadType first, Bytes chain) throws MalformedMessage {
        if (chain.length() > IkeMessage.MAX_BYTES) {
            throw MalformedMessage.syntax("payloads of " + chain.length() + " bytes");
        }
        ByteReader in = new ByteReader(chain, "payloads");
        List<Payload> payloads = new ArrayList<>();
        PayloadType type = first;
        while (!type.equals(PayloadType.NONE)) {
            if (payloads.size() == IkeMessage.MAX_PAYLOADS) {
                throw in.fault("more than " + IkeMessage.MAX_PAYLOADS);
            }
            PayloadType current = type;
            if (type.isUnique() && payloads.stream().anyMatch(payload -> payload.type().equals(current))) {
                throw in.fault("a second " + type);
            }
            type = payload(type, in, payloads);
        }
        if (!in.isAtEnd()) {
            throw in.fault(in.remaining() + " bytes after the last one");
        }
        return payloads;
    }

    /** Reads one payload and returns the type of the next. */
    private static PayloadType payload(PayloadType type, ByteReader in, List<Payload> payloads)
            throws MalformedMessage {
        PayloadType next = new PayloadType(in.take8());
        boolean critical = (in.take8() & CRITICAL) != 0;
        int length = in.take16();
        if (length < PAYLOAD_HEADER_BYTES) {
            throw in.fault(type + " of length " + length);
        }
        Bytes body = in.take(length - PAYLOAD_HEADER_BYTES);
        if (critical && !type.isDefined()) {
            throw MalformedMessage.unsupportedCriticalPayload(type);
        }
        payloads.add(PayloadDecoder.decode(type, critical, next, body));
        return isEncrypted(type) ? PayloadType.NONE : next;
    }

    /** The chain ends here: such a payload names the first one within itself, and must be the last. */
    private static boolean isEncrypted(PayloadType type) {
        return type.equals(PayloadType.ENCRYPTED) || type.equals(PayloadType.ENCRYPTED_FRAGMENT);
    }
}

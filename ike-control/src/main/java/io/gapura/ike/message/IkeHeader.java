package io.gapura.ike.message;

/**
 * RFC 7296 §3.1, without the fields that follow from what comes after it.
 *
 * @param sender the sender's role in the IKE SA (flag I)
 * @param response flag R
 * @param messageId unsigned
 */
public record IkeHeader(long initiatorSpi, long responderSpi, ExchangeType exchange, Role sender, boolean response,
        int messageId) {
    public static final int BYTES = 28;

    static final int VERSION_2_0 = 0x20;
    static final int FLAG_RESPONSE = 0x20;
    static final int FLAG_INITIATOR = 0x08;

    /** Reads the first 28 bytes of a datagram and checks the length in them against its own. */
    public static IkeHeader decode(Bytes datagram) throws MalformedMessage {
        return MessageDecoder.header(datagram);
    }

    /** The header of our response to this request. */
    public IkeHeader answer() {
        return new IkeHeader(initiatorSpi, responderSpi, exchange, sender.opposite(), true, messageId);
    }

    @Override
    public String toString() {
        return "%s %s %d of %016x/%016x".formatted(exchange, response ? "response" : "request",
                Integer.toUnsignedLong(messageId), initiatorSpi, responderSpi);
    }
}

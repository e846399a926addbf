package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.PayloadType;
import java.util.List;

/** What IKE_AUTH vouches for of the IKE_INTERMEDIATE exchanges before it, RFC 9242 §3.3.2. */
public final class IntAuth {
    private static final int NEXT_PAYLOAD_AT = 16;
    private static final int LENGTH_AT = 24;
    private static final int PAYLOAD_HEADER_BYTES = 4;

    private Bytes ofInitiator = Bytes.EMPTY;
    private Bytes ofResponder = Bytes.EMPTY;
    private int exchanges;

    /** How many there were. */
    public int exchanges() {
        return exchanges;
    }

    /**
     * One more exchange: IntAuth_i<i>n</i> = prf(SK_pi, IntAuth_i<i>n-1</i> | octets), and the same of the responder.
     *
     * @param keys that protected it
     * @param request  its octets
     * @param response its octets
     */
    public void add(Prf prf, IkeKeys keys, Bytes request, Bytes response) {
        ofInitiator = prf.mac(keys.pi(), ofInitiator, request);
        ofResponder = prf.mac(keys.pr(), ofResponder, response);
        exchanges++;
    }

    /** IntAuth = IntAuth_i | IntAuth_r | message id of IKE_AUTH; empty if there was no such exchange. */
    public Bytes octets() {
        return exchanges == 0
                ? Bytes.EMPTY
                : Bytes.concat(ofInitiator, ofResponder, Bytes.ofInt(exchanges + 1));
    }

    /** The octets of a message of ours: all of it as if its encrypted payload had neither IV nor padding nor ICV. */
    public static Bytes octets(IkeMessage message) {
        Bytes text = message.encodePayloads();
        return new IkeMessage(message.header(), List.of(new EncryptedPayload(message.firstType(), text))).encode();
    }

    /** The same of a message that came whole; {@code prefix} is all before the encrypted payload's body. */
    static Bytes octets(Bytes prefix, Bytes text) {
        return Bytes.concat(prefix.slice(0, LENGTH_AT), Bytes.ofInt(prefix.length() + text.length()),
                prefix.slice(LENGTH_AT + Integer.BYTES, prefix.length() - Short.BYTES),
                Bytes.ofShort(PAYLOAD_HEADER_BYTES + text.length()), text);
    }

    /** The same of a message that came in fragments: as if it had not; {@code header} is that of any of them. */
    static Bytes octets(Bytes header, PayloadType first, Bytes text) {
        int next = PayloadType.ENCRYPTED.number();
        Bytes start = Bytes.concat(header.slice(0, NEXT_PAYLOAD_AT), Bytes.of(next),
                header.slice(NEXT_PAYLOAD_AT + 1, IkeHeader.BYTES));
        return octets(Bytes.concat(start, Bytes.of(first.number(), 0, 0, 0)), text);
    }
}

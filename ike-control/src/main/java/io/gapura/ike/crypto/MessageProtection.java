package io.gapura.ike.crypto;

import io.gapura.ike.crypto.Opened.Complete;
import io.gapura.ike.crypto.Opened.Malformed;
import io.gapura.ike.crypto.Opened.Partial;
import io.gapura.ike.crypto.Opened.Rejected;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.IkeHeader;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.MalformedMessage;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.PayloadType;
import io.gapura.ike.message.Role;
import io.gapura.ike.message.Secret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and opens the messages of one IKE SA, whole (RFC 7296 §3.14) or in fragments (RFC 7383). Owned by the
 * control thread; the keys stay the caller's to close.
 */
public final class MessageProtection {
    /** For {@link #seal}: never in fragments. */
    public static final int UNFRAGMENTED = Integer.MAX_VALUE;

    private static final int PAYLOAD_HEADER_BYTES = 4;
    private static final int FRAGMENT_HEADER_BYTES = 8;

    private final Role self;
    private final MessageCipher outbound;
    private final MessageCipher inbound;
    private final Reassembly requests = new Reassembly();
    private final Reassembly responses = new Reassembly();

    /** @param self our role in the IKE SA, which is not always our role in an exchange */
    public MessageProtection(IkeSuite suite, IkeKeys keys, Role self, SecureRandom random) {
        this.self = self;
        this.outbound = cipher(suite, keys, self, random);
        this.inbound = cipher(suite, keys, self.opposite(), random);
    }

    private static MessageCipher cipher(IkeSuite suite, IkeKeys keys, Role sender, SecureRandom random) {
        Secret encryptionKey = keys.e(sender);
        Integrity integrity = suite.integrity();
        return integrity == null
                ? new AeadMessageCipher(suite.encryption(), encryptionKey)
                : new MacMessageCipher(suite.encryption(), encryptionKey, integrity, keys.a(sender), random);
    }

    /**
     * One datagram, or several if one would be longer than {@code maxDatagramBytes} (UDP payload without non-ESP
     * marker).
     */
    public List<Bytes> seal(IkeMessage message, int maxDatagramBytes) {
        Bytes text = message.encodePayloads();
        int whole = IkeHeader.BYTES + PAYLOAD_HEADER_BYTES + outbound.bodyBytes(text.length());
        return whole <= maxDatagramBytes
                ? List.of(sealWhole(message, text))
                : sealFragments(message, text, outbound.textBytes(
                        maxDatagramBytes - IkeHeader.BYTES - FRAGMENT_HEADER_BYTES));
    }

    private Bytes sealWhole(IkeMessage message, Bytes text) {
        Bytes blank = Bytes.zeros(outbound.bodyBytes(text.length()));
        return seal(message.header(), new EncryptedPayload(message.firstType(), blank), text, blank.length());
    }

    private List<Bytes> sealFragments(IkeMessage message, Bytes text, int chunkBytes) {
        int total = chunkBytes <= 0 ? Integer.MAX_VALUE : Math.ceilDiv(text.length(), chunkBytes);
        if (total > Reassembly.MAX_FRAGMENTS) {
            throw new IllegalArgumentException("fragments of " + chunkBytes + " bytes for " + text.length());
        }
        List<Bytes> datagrams = new ArrayList<>(total);
        for (int number = 1; number <= total; number++) {
            Bytes chunk = text.slice((number - 1) * chunkBytes, Math.min(number * chunkBytes, text.length()));
            PayloadType inner = number == 1 ? message.firstType() : PayloadType.NONE;
            Bytes blank = Bytes.zeros(outbound.bodyBytes(chunk.length()));
            datagrams.add(seal(message.header(), new EncryptedFragmentPayload(inner, number, total, blank), chunk,
                    blank.length()));
        }
        return datagrams;
    }

    /** Encodes the message with a blank body for the sake of its lengths, then puts the real body there. */
    private Bytes seal(IkeHeader header, Payload blank, Bytes text, int bodyBytes) {
        Bytes encoded = new IkeMessage(header, List.of(blank)).encode();
        Bytes prefix = encoded.slice(0, encoded.length() - bodyBytes);
        return Bytes.concat(prefix, outbound.seal(prefix, text));
    }

    /** Opens what {@link IkeHeader#decode} has shown to carry this SA's SPIs. */
    public Opened open(Bytes datagram) {
        IkeMessage outer;
        try {
            outer = IkeMessage.decode(datagram);
        } catch (MalformedMessage fault) {
            return new Rejected("not a message: " + fault.getMessage());
        }
        if (outer.header().sender() == self) {
            return new Rejected("claims to come from ourselves");
        }
        return switch (outer.payloads().isEmpty() ? null : outer.payloads().getLast()) {
            case EncryptedPayload sk -> openWhole(outer.header(), datagram, sk);
            case EncryptedFragmentPayload skf -> openFragment(outer.header(), datagram, skf);
            case null, default -> new Rejected("not encrypted");
        };
    }

    private Opened openWhole(IkeHeader header, Bytes datagram, EncryptedPayload sk) {
        Bytes padded = decrypt(datagram, sk.body());
        if (padded == null) {
            return new Rejected("not authentic");
        }
        try {
            Bytes text = withoutPadding(padded);
            Bytes prefix = datagram.slice(0, datagram.length() - sk.body().length());
            return complete(header, sk.inner(), text, IntAuth.octets(prefix, text));
        } catch (MalformedMessage fault) {
            return new Malformed(header, fault);
        }
    }

    private Opened openFragment(IkeHeader header, Bytes datagram, EncryptedFragmentPayload skf) {
        Reassembly reassembly = header.response() ? responses : requests;
        String objection = reassembly.objection(header.messageId(), skf);
        Bytes padded = objection == null ? decrypt(datagram, skf.body()) : null;
        if (padded == null) {
            return new Rejected(objection == null ? "not authentic" : objection);
        }
        try {
            reassembly.add(header.messageId(), skf, withoutPadding(padded));
            if (!reassembly.isComplete()) {
                return new Partial(header, skf.number(), skf.total(), reassembly.received());
            }
            PayloadType first = reassembly.first();
            Bytes text = reassembly.take();
            return complete(header, first, text, IntAuth.octets(datagram, first, text));
        } catch (MalformedMessage fault) {
            return new Malformed(header, fault);
        }
    }

    private @Nullable Bytes decrypt(Bytes datagram, Bytes body) {
        return inbound.open(datagram.slice(0, datagram.length() - body.length()), body);
    }

    /** The last byte counts the bytes of padding before it, whatever they are, RFC 7296 §3.14. */
    private static Bytes withoutPadding(Bytes padded) throws MalformedMessage {
        int end = padded.length() - 1 - padded.at(padded.length() - 1);
        if (end < 0) {
            throw MalformedMessage.syntax("more padding than text");
        }
        return padded.slice(0, end);
    }

    private static Opened complete(IkeHeader header, PayloadType first, Bytes text, Bytes octets)
            throws MalformedMessage {
        List<Payload> payloads = IkeMessage.decodePayloads(first, text);
        boolean nested = payloads.stream().anyMatch(
                payload -> payload instanceof EncryptedPayload || payload instanceof EncryptedFragmentPayload);
        if (nested) {
            throw MalformedMessage.syntax("an encrypted payload within another");
        }
        return new Complete(new IkeMessage(header, payloads), octets);
    }
}

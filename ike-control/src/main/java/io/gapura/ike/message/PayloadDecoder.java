package io.gapura.ike.message;

import io.gapura.ike.message.Payload.AuthPayload;
import io.gapura.ike.message.Payload.CertPayload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import io.gapura.ike.message.Payload.DeletePayload;
import io.gapura.ike.message.Payload.EncryptedFragmentPayload;
import io.gapura.ike.message.Payload.EncryptedPayload;
import io.gapura.ike.message.Payload.IdPayload;
import io.gapura.ike.message.Payload.KePayload;
import io.gapura.ike.message.Payload.NoncePayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import io.gapura.ike.message.Payload.SaPayload;
import io.gapura.ike.message.Payload.TsPayload;
import io.gapura.ike.message.Payload.UnknownPayload;
import io.gapura.ike.message.Payload.VendorIdPayload;
import java.util.ArrayList;
import java.util.List;

/** Bodies of payloads to values, RFC 7296 §3.3 to §3.14 and RFC 7383 §2.5. */
final class PayloadDecoder {
    private static final int SELECTOR_HEADER_BYTES = 4;
    private static final int ESP_SPI_BYTES = 4;

    private PayloadDecoder() {
    }

    /** @param next the header's Next Payload field, which encrypted payloads use for themselves */
    static Payload decode(PayloadType type, boolean critical, PayloadType next, Bytes body) throws MalformedMessage {
        ByteReader in = new ByteReader(body, type.toString());
        return switch (type.number()) {
            case 33 -> new SaPayload(ProposalCodec.read(body));
            case 34 -> keyExchange(in);
            case 35 -> identity(Role.INITIATOR, in);
            case 36 -> identity(Role.RESPONDER, in);
            case 37 -> new CertPayload(new CertEncoding(in.take8()), in.takeRest());
            case 38 -> new CertRequestPayload(new CertEncoding(in.take8()), in.takeRest());
            case 39 -> authentication(in);
            case 40 -> nonce(in);
            case 41 -> notification(in);
            case 42 -> delete(in);
            case 43 -> new VendorIdPayload(body);
            case 44 -> new TsPayload(Role.INITIATOR, selectors(in));
            case 45 -> new TsPayload(Role.RESPONDER, selectors(in));
            case 46 -> new EncryptedPayload(next, body);
            case 53 -> fragment(next, in);
            default -> new UnknownPayload(type, critical, body);
        };
    }

    private static KePayload keyExchange(ByteReader in) throws MalformedMessage {
        int group = in.take16();
        in.skip(2);
        return new KePayload(group, in.takeRest());
    }

    private static IdPayload identity(Role side, ByteReader in) throws MalformedMessage {
        IdType idType = new IdType(in.take8());
        in.skip(3);
        return new IdPayload(side, idType, in.takeRest());
    }

    private static AuthPayload authentication(ByteReader in) throws MalformedMessage {
        AuthMethod method = new AuthMethod(in.take8());
        in.skip(3);
        return new AuthPayload(method, in.takeRest());
    }

    private static NoncePayload nonce(ByteReader in) throws MalformedMessage {
        int length = in.remaining();
        if (length < NoncePayload.MIN_BYTES || length > NoncePayload.MAX_BYTES) {
            throw in.fault(length + " bytes");
        }
        return new NoncePayload(in.takeRest());
    }

    private static NotifyPayload notification(ByteReader in) throws MalformedMessage {
        Protocol protocol = new Protocol(in.take8());
        int spiBytes = in.take8();
        NotifyType type = new NotifyType(in.take16());
        return new NotifyPayload(protocol, in.take(spiBytes), type, in.takeRest());
    }

    private static DeletePayload delete(ByteReader in) throws MalformedMessage {
        Protocol protocol = new Protocol(in.take8());
        int spiBytes = in.take8();
        int count = in.take16();
        if (in.remaining() != spiBytes * count || spiBytes != (protocol.equals(Protocol.IKE) ? 0 : ESP_SPI_BYTES)) {
            throw in.fault(count + " SPIs of " + spiBytes + " bytes for " + protocol + " in " + in.remaining());
        }
        List<Bytes> spis = new ArrayList<>();
        while (!in.isAtEnd()) {
            spis.add(in.take(spiBytes));
        }
        return new DeletePayload(protocol, spis);
    }

    private static List<TrafficSelector> selectors(ByteReader in) throws MalformedMessage {
        int count = in.take8();
        in.skip(3);
        List<TrafficSelector> selectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            selector(in, selectors);
        }
        if (!in.isAtEnd()) {
            throw in.fault(in.remaining() + " bytes after " + count + " selectors");
        }
        return selectors;
    }

    /** A type that we do not know is passed over: narrowing leaves it out, RFC 7296 §2.9. */
    private static void selector(ByteReader in, List<TrafficSelector> selectors) throws MalformedMessage {
        int type = in.take8();
        int protocol = in.take8();
        int length = in.take16();
        if (length < SELECTOR_HEADER_BYTES) {
            throw in.fault("selector of length " + length);
        }
        Bytes range = in.take(length - SELECTOR_HEADER_BYTES);
        if (type == TrafficSelector.IPV4_RANGE) {
            selectors.add(range(protocol, range, TrafficSelector.IPV4_BYTES));
        } else if (type == TrafficSelector.IPV6_RANGE) {
            selectors.add(range(protocol, range, TrafficSelector.IPV6_BYTES));
        }
    }

    private static TrafficSelector range(int protocol, Bytes range, int addressBytes) throws MalformedMessage {
        ByteReader in = new ByteReader(range, "selector");
        int startPort = in.take16();
        int endPort = in.take16();
        Bytes start = in.take(addressBytes);
        Bytes end = in.take(addressBytes);
        if (!in.isAtEnd()) {
            throw in.fault(in.remaining() + " bytes after the addresses");
        }
        return new TrafficSelector(protocol, startPort, endPort, start, end);
    }

    private static EncryptedFragmentPayload fragment(PayloadType inner, ByteReader in) throws MalformedMessage {
        int number = in.take16();
        int total = in.take16();
        if (number == 0 || number > total) {
            throw in.fault("fragment " + number + " of " + total);
        }
        return new EncryptedFragmentPayload(inner, number, total, in.takeRest());
    }
}

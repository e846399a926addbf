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
import java.util.List;

/** Values to wire format, RFC 7296 §3. */
final class MessageEncoder {
    private static final int LENGTH_AT = 24;
    private static final int CRITICAL = 0x80;

    private MessageEncoder() {
    }

    static Bytes message(IkeMessage message) {
        ByteWriter out = new ByteWriter();
        header(message, out);
        payloads(message.payloads(), out);
        out.patch32(LENGTH_AT, out.position());
        return out.toBytes();
    }

    static Bytes payloads(List<Payload> payloads) {
        ByteWriter out = new ByteWriter();
        payloads(payloads, out);
        return out.toBytes();
    }

    private static void header(IkeMessage message, ByteWriter out) {
        IkeHeader header = message.header();
        int flags = (header.response() ? IkeHeader.FLAG_RESPONSE : 0)
                | (header.sender() == Role.INITIATOR ? IkeHeader.FLAG_INITIATOR : 0);
        out.put64(header.initiatorSpi()).put64(header.responderSpi());
        out.put8(message.firstType().number()).put8(IkeHeader.VERSION_2_0);
        out.put8(header.exchange().number()).put8(flags);
        out.put32(header.messageId()).put32(0);
    }

    private static void payloads(List<Payload> payloads, ByteWriter out) {
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = payloads.get(i);
            int start = out.position();
            out.put8(next(payloads, i).number()).put8(isCritical(payload) ? CRITICAL : 0).put16(0);
            body(payload, out);
            out.patchLength(start + 2, start);
        }
    }

    /** An encrypted payload names the first payload within it, RFC 7296 §3.14. */
    private static PayloadType next(List<Payload> payloads, int index) {
        return switch (payloads.get(index)) {
            case EncryptedPayload sk -> sk.inner();
            case EncryptedFragmentPayload skf -> skf.inner();
            default -> index + 1 < payloads.size() ? payloads.get(index + 1).type() : PayloadType.NONE;
        };
    }

    private static boolean isCritical(Payload payload) {
        return payload instanceof UnknownPayload unknown && unknown.critical();
    }

    private static void body(Payload payload, ByteWriter out) {
        switch (payload) {
            case SaPayload sa -> ProposalCodec.write(sa.proposals(), out);
            case KePayload ke -> out.put16(ke.group()).put16(0).put(ke.publicValue());
            case IdPayload id -> out.put(id.body());
            case CertPayload cert -> out.put8(cert.encoding().number()).put(cert.data());
            case CertRequestPayload request -> out.put8(request.encoding().number()).put(request.authorities());
            case AuthPayload auth -> out.put8(auth.method().number()).put8(0).put16(0).put(auth.value());
            case NoncePayload nonce -> out.put(nonce.nonce());
            case NotifyPayload notify -> notify(notify, out);
            case DeletePayload delete -> delete(delete, out);
            case VendorIdPayload vendor -> out.put(vendor.value());
            case TsPayload ts -> selectors(ts.selectors(), out);
            case EncryptedPayload sk -> out.put(sk.body());
            case EncryptedFragmentPayload skf -> out.put16(skf.number()).put16(skf.total()).put(skf.body());
            case UnknownPayload unknown -> out.put(unknown.body());
        }
    }

    private static void notify(NotifyPayload notify, ByteWriter out) {
        out.put8(notify.protocol().number()).put8(notify.spi().length()).put16(notify.notifyType().number());
        out.put(notify.spi()).put(notify.value());
    }

    private static void delete(DeletePayload delete, ByteWriter out) {
        int spiBytes = delete.spis().isEmpty() ? 0 : delete.spis().getFirst().length();
        out.put8(delete.protocol().number()).put8(spiBytes).put16(delete.spis().size());
        delete.spis().forEach(out::put);
    }

    private static void selectors(List<TrafficSelector> selectors, ByteWriter out) {
        out.put8(selectors.size()).put8(0).put16(0);
        for (TrafficSelector selector : selectors) {
            int start = out.position();
            out.put8(selector.isIpv4() ? TrafficSelector.IPV4_RANGE : TrafficSelector.IPV6_RANGE);
            out.put8(selector.protocol()).put16(0).put16(selector.startPort()).put16(selector.endPort());
            out.put(selector.start()).put(selector.end());
            out.patchLength(start + 2, start);
        }
    }
}

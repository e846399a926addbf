package io.gapura.ike.message;

import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A header and its payloads: as clear text on the wire, or as they were within an encrypted payload. */
public record IkeMessage(IkeHeader header, List<Payload> payloads) {
    /** More payloads in one message are refused. RFC 7296 needs a dozen, certificates some more. */
    public static final int MAX_PAYLOADS = 64;

    /** A longer message is refused, also when it comes in fragments. */
    public static final int MAX_BYTES = 65_535;

    public IkeMessage {
        payloads = List.copyOf(payloads);
    }

    /** Reads a datagram (without the non-ESP marker of port 4500). Encrypted payloads stay closed. */
    public static IkeMessage decode(Bytes datagram) throws MalformedMessage {
        return MessageDecoder.message(datagram);
    }

    /** Reads payloads in a chain that begins with {@code first}, as within an encrypted payload. */
    public static List<Payload> decodePayloads(PayloadType first, Bytes chain) throws MalformedMessage {
        return MessageDecoder.payloads(first, chain);
    }

    /** As clear text. */
    public Bytes encode() {
        return MessageEncoder.message(this);
    }

    /** The payloads as they stand within an encrypted payload; the chain begins with {@link #firstType}. */
    public Bytes encodePayloads() {
        return MessageEncoder.payloads(payloads);
    }

    public PayloadType firstType() {
        return payloads.isEmpty() ? PayloadType.NONE : payloads.getFirst().type();
    }

    /** The first payload of this kind, or null. */
    public <P extends Payload> @Nullable P find(Class<P> kind) {
        return all(kind).stream().findFirst().orElse(null);
    }

    public <P extends Payload> List<P> all(Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** IDi, IDr, TSi or TSr, which are two of a kind: the first of this type, or null. */
    public <P extends Payload> @Nullable P find(Class<P> kind, PayloadType type) {
        return all(kind).stream().filter(payload -> payload.type().equals(type)).findFirst().orElse(null);
    }

    /** The first notification of this type, or null. */
    public @Nullable NotifyPayload notification(NotifyType type) {
        return notifications().stream().filter(notify -> notify.notifyType().equals(type)).findFirst().orElse(null);
    }

    public boolean notifies(NotifyType type) {
        return notification(type) != null;
    }

    /** The first notification that means failure, or null. */
    public @Nullable NotifyPayload error() {
        return notifications().stream().filter(notify -> notify.notifyType().isError()).findFirst().orElse(null);
    }

    public List<NotifyPayload> notifications() {
        return all(NotifyPayload.class);
    }

    /** As the RFC's ladder diagrams write it: {@code IKE_SA_INIT request 0 { SA, KE, Nonce, N(COOKIE) }}. */
    @Override
    public String toString() {
        return payloads.stream().map(IkeMessage::story).collect(Collectors.joining(", ", header + " { ", " }"));
    }

    private static String story(Payload payload) {
        return payload instanceof NotifyPayload notify ? "N(" + notify.notifyType() + ")" : payload.type().toString();
    }
}

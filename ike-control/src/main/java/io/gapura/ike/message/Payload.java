package io.gapura.ike.message;

import java.util.List;

/** One payload of a message, RFC 7296 §3.2. */
public sealed interface Payload {
    PayloadType type();

    /** RFC 7296 §3.3. */
    record SaPayload(List<Proposal> proposals) implements Payload {
        public SaPayload {
            proposals = List.copyOf(proposals);
        }

        public SaPayload(Proposal only) {
            this(List.of(only));
        }

        @Override
        public PayloadType type() {
            return PayloadType.SA;
        }
    }

    /** RFC 7296 §3.4. */
    record KePayload(int group, Bytes publicValue) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.KE;
        }
    }

    /** RFC 7296 §3.5; {@code side} tells IDi from IDr. */
    record IdPayload(Role side, IdType idType, Bytes value) implements Payload {
        @Override
        public PayloadType type() {
            return side == Role.INITIATOR ? PayloadType.ID_INITIATOR : PayloadType.ID_RESPONDER;
        }

        /** RestOfInitIDPayload or RestOfRespIDPayload: what AUTH signs, RFC 7296 §2.15. */
        public Bytes body() {
            return Bytes.concat(Bytes.of(idType.number(), 0, 0, 0), value);
        }
    }

    /** RFC 7296 §3.6. */
    record CertPayload(CertEncoding encoding, Bytes data) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.CERT;
        }
    }

    /**
     * RFC 7296 §3.7.
     *
     * @param authorities for X.509 the SHA-1 hashes of the public keys of those trusted, one after the other
     */
    record CertRequestPayload(CertEncoding encoding, Bytes authorities) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.CERT_REQUEST;
        }
    }

    /** RFC 7296 §3.8. */
    record AuthPayload(AuthMethod method, Bytes value) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.AUTH;
        }
    }

    /** RFC 7296 §3.9. */
    record NoncePayload(Bytes nonce) implements Payload {
        static final int MIN_BYTES = 16;
        static final int MAX_BYTES = 256;

        public NoncePayload {
            if (nonce.length() < MIN_BYTES || nonce.length() > MAX_BYTES) {
                throw new IllegalArgumentException("a nonce of " + nonce.length() + " bytes");
            }
        }

        @Override
        public PayloadType type() {
            return PayloadType.NONCE;
        }
    }

    /** RFC 7296 §3.10; {@code spi} is empty unless the notification is about an SA other than the IKE SA. */
    record NotifyPayload(Protocol protocol, Bytes spi, NotifyType notifyType, Bytes value) implements Payload {
        public NotifyPayload(NotifyType notifyType) {
            this(notifyType, Bytes.EMPTY);
        }

        public NotifyPayload(NotifyType notifyType, Bytes value) {
            this(Protocol.NONE, Bytes.EMPTY, notifyType, value);
        }

        /** Of those few that name the IKE SA as what they are about. */
        public static NotifyPayload ofIkeSa(NotifyType notifyType, Bytes value) {
            return new NotifyPayload(Protocol.IKE, Bytes.EMPTY, notifyType, value);
        }

        @Override
        public PayloadType type() {
            return PayloadType.NOTIFY;
        }
    }

    /** RFC 7296 §3.11; no SPIs for the IKE SA itself. */
    record DeletePayload(Protocol protocol, List<Bytes> spis) implements Payload {
        public DeletePayload {
            spis = List.copyOf(spis);
        }

        public static DeletePayload ikeSa() {
            return new DeletePayload(Protocol.IKE, List.of());
        }

        /** Of a child SA. */
        public static DeletePayload child(Protocol protocol, int spi) {
            return new DeletePayload(protocol, List.of(Bytes.ofInt(spi)));
        }

        @Override
        public PayloadType type() {
            return PayloadType.DELETE;
        }
    }

    /** RFC 7296 §3.12. */
    record VendorIdPayload(Bytes value) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.VENDOR_ID;
        }
    }

    /** RFC 7296 §3.13; {@code side} tells TSi from TSr. Selectors of types we do not know are left out. */
    record TsPayload(Role side, List<TrafficSelector> selectors) implements Payload {
        public TsPayload {
            selectors = List.copyOf(selectors);
        }

        @Override
        public PayloadType type() {
            return side == Role.INITIATOR ? PayloadType.TS_INITIATOR : PayloadType.TS_RESPONDER;
        }
    }

    /**
     * RFC 7296 §3.14, still closed.
     *
     * @param inner type of the first payload within
     * @param body IV, ciphertext and integrity check value
     */
    record EncryptedPayload(PayloadType inner, Bytes body) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.ENCRYPTED;
        }
    }

    /**
     * RFC 7383 §2.5, still closed.
     *
     * @param inner type of the whole message's first payload in fragment 1, otherwise 0
     * @param number from 1
     */
    record EncryptedFragmentPayload(PayloadType inner, int number, int total, Bytes body) implements Payload {
        @Override
        public PayloadType type() {
            return PayloadType.ENCRYPTED_FRAGMENT;
        }
    }

    /** A payload that we do not interpret; the peer did not insist on it, or RFC 7296 defines it. */
    record UnknownPayload(PayloadType type, boolean critical, Bytes body) implements Payload {}
}

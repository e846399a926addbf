package io.gapura.ike.sa;

import io.gapura.ike.auth.AuthAnnouncement;
import io.gapura.ike.auth.HashAlgorithm;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload;
import io.gapura.ike.message.Payload.CertRequestPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What we tell the peer about the proofs that we can check; nothing if pre-shared keys are all there is.
 *
 * <pre>
 *   HDR, SAi1, KEi, Ni, N(SIGNATURE_HASH_ALGORITHMS)  -->
 *                  <--  HDR, SAr1, KEr, Nr, CERTREQ, N(SIGNATURE_HASH_ALGORITHMS), N(SUPPORTED_AUTH_METHODS)
 *   HDR, SK {IDi, CERT, CERTREQ, [N(SUPPORTED_AUTH_METHODS),] …}  -->
 * </pre>
 */
final class ProofHints {
    /** Authorities in a CERTREQ. */
    private static final int MOST_AUTHORITIES = 20;
    private static final int HASH_BYTES = 20;

    private ProofHints() {
    }

    /** Of an initiator's IKE_SA_INIT. */
    static List<Payload> ofInit(Connection connection) {
        return connection.auth().hasSignatures() ? List.of(hashes()) : List.of();
    }

    /** Of the answer to it, which may be for any of {@code candidates}. */
    static List<Payload> ofAnswer(List<Connection> candidates, IkeMessage request) {
        List<Connection> signing = candidates.stream().filter(each -> each.auth().hasSignatures()).toList();
        List<Payload> hints = new ArrayList<>(requests(signing)); // of peers without RFC 7427 too, who else send none
        if (!signing.isEmpty() && request.notifies(NotifyType.SIGNATURE_HASH_ALGORITHMS)) {
            hints.add(hashes());
            hints.add(methods());
        }
        return hints;
    }

    /** Of an initiator's IKE_AUTH. RFC 9593 §3: its methods only for a responder that has told its own. */
    static List<Payload> ofAuth(IkeSa sa) {
        List<Payload> hints = new ArrayList<>(requests(List.of(sa.connection())));
        if (sa.abilities().announced() != null && sa.connection().auth().hasSignatures()) {
            hints.add(methods());
        }
        return hints;
    }

    private static NotifyPayload hashes() {
        return new NotifyPayload(NotifyType.SIGNATURE_HASH_ALGORITHMS, HashAlgorithm.announcement());
    }

    private static NotifyPayload methods() {
        return new NotifyPayload(NotifyType.SUPPORTED_AUTH_METHODS,
                AuthAnnouncement.of(AuthAnnouncement.ofSignatures()));
    }

    /** One CERTREQ for each encoding, with the authorities of all these connections. */
    private static List<CertRequestPayload> requests(List<Connection> connections) {
        Map<CertEncoding, Set<Bytes>> wanted = new LinkedHashMap<>();
        for (Connection connection : connections) {
            for (CertRequestPayload each : connection.auth().remote().trust().requests()) {
                Set<Bytes> hashes = wanted.computeIfAbsent(each.encoding(), _ -> new LinkedHashSet<>());
                for (int at = 0; at < each.authorities().length(); at += HASH_BYTES) {
                    hashes.add(each.authorities().slice(at, at + HASH_BYTES));
                }
            }
        }
        return wanted.entrySet().stream().map(each -> new CertRequestPayload(each.getKey(), Bytes.concat(
                each.getValue().stream().limit(MOST_AUTHORITIES).toArray(Bytes[]::new)))).toList();
    }
}

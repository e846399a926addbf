package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.CertEncoding;
import io.gapura.ike.message.IkeMessage;
import io.gapura.ike.message.NotifyType;
import io.gapura.ike.message.Payload.CertRequestPayload;
import io.gapura.ike.message.Payload.NotifyPayload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the peer has said that it can check.
 *
 * @param hashes      of digital signatures, RFC 7427 §4; empty if it knows nothing of them
 * @param announced   the methods that it wants to see, RFC 9593, or null if it has not said
 * @param requested   CERTREQ payloads: what encodings it wants
 * @param authorities SHA-1 hashes of the public keys of the authorities that it trusts, RFC 7296 §3.7
 */
public record Abilities(Set<HashAlgorithm> hashes, @Nullable List<AuthAnnouncement> announced,
        Set<CertEncoding> requested, Set<Bytes> authorities) {
    /** It has said nothing. */
    public static final Abilities NONE = new Abilities(Set.of(), null, Set.of(), Set.of());

    /** More CERTREQ payloads than this are not looked at, nor more authorities. */
    private static final int MOST_REQUESTS = 20;
    private static final int MOST_AUTHORITIES = 200;
    private static final int HASH_BYTES = 20;

    public Abilities {
        hashes = Set.copyOf(hashes);
        announced = announced == null ? null : List.copyOf(announced);
        requested = Set.copyOf(requested);
        authorities = Set.copyOf(authorities);
    }

    /** With what this message says. */
    public Abilities and(IkeMessage message) {
        NotifyPayload hashesNow = message.notification(NotifyType.SIGNATURE_HASH_ALGORITHMS);
        NotifyPayload methods = message.notification(NotifyType.SUPPORTED_AUTH_METHODS);
        Set<CertEncoding> encodings = new HashSet<>(requested);
        Set<Bytes> trusted = new HashSet<>(authorities);
        message.all(CertRequestPayload.class).stream().limit(MOST_REQUESTS).forEach(request -> {
            encodings.add(request.encoding());
            if (request.encoding().equals(CertEncoding.X509)) {
                addHashes(request.authorities(), trusted);
            }
        });
        return new Abilities(hashesNow == null ? hashes : HashAlgorithm.of(hashesNow.value()),
                methods == null ? announced : AuthAnnouncement.read(methods.value()), encodings, trusted);
    }

    private static void addHashes(Bytes all, Set<Bytes> trusted) {
        for (int at = 0; at + HASH_BYTES <= all.length() && trusted.size() < MOST_AUTHORITIES; at += HASH_BYTES) {
            trusted.add(all.slice(at, at + HASH_BYTES));
        }
    }

    boolean knowsDigitalSignatures() {
        return !hashes.isEmpty();
    }

    /** Whether it can check method 14 with this scheme, as far as we know. */
    boolean checks(SignatureScheme scheme) {
        return hashes.contains(scheme.hash())
                && (announced == null || announced.stream().anyMatch(each -> each.isFor(scheme)));
    }
}

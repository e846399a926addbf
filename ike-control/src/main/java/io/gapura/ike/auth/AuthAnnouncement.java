package io.gapura.ike.auth;

import io.gapura.ike.message.AuthMethod;
import io.gapura.ike.message.Bytes;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of SUPPORTED_AUTH_METHODS, RFC 9593 §3.2:
 *
 * <pre>
 *   | length 2 (1) | method (1) |
 *   | length 3 (1) | method (1) | cert link (1) |
 *   | length  (1)  | method (1) | cert link (1) | AlgorithmIdentifier in DER |
 * </pre>
 *
 * <p>The cert link numbers the CERTREQ's authority that the entry is meant for, from 1; we neither set it nor look at it.
 *
 * @param scheme of method 14, or null for all of them
 */
public record AuthAnnouncement(AuthMethod method, @Nullable SignatureScheme scheme) {
    private static final int LINKED_BYTES = 3;

    /** Whether it means a digital signature of this kind. */
    boolean isFor(SignatureScheme wanted) {
        return method.equals(AuthMethod.DIGITAL_SIGNATURE) && (scheme == null || scheme == wanted);
    }

    /** What we can check, in our order of preference. */
    public static Bytes of(List<AuthAnnouncement> all) {
        Bytes data = Bytes.EMPTY;
        for (AuthAnnouncement each : all) {
            SignatureScheme scheme = each.scheme;
            Bytes body = scheme == null
                    ? Bytes.of(each.method.number())
                    : Bytes.concat(Bytes.of(each.method.number(), 0), scheme.identifier());
            data = Bytes.concat(data, Bytes.of(body.length() + 1), body);
        }
        return data;
    }

    /** What a peer can check; entries that we do not understand are left out, and after a broken one nothing follows. */
    static List<AuthAnnouncement> read(Bytes data) {
        List<AuthAnnouncement> all = new ArrayList<>();
        int at = 0;
        while (at < data.length()) {
            int length = data.at(at);
            if (length < 2 || at + length > data.length()) {
                break;
            }
            add(data.slice(at + 1, at + length), all);
            at += length;
        }
        return all;
    }

    private static void add(Bytes entry, List<AuthAnnouncement> all) {
        AuthMethod method = new AuthMethod(entry.at(0));
        if (entry.length() < LINKED_BYTES) {
            all.add(new AuthAnnouncement(method, null));
            return;
        }
        try {
            all.add(new AuthAnnouncement(method, SignatureScheme.of(entry.from(2))));
        } catch (SignatureException _) {
            // an algorithm that we do not have cannot be the one that we choose
        }
    }

    /** All that certificates and raw public keys can be checked with. */
    public static List<AuthAnnouncement> ofSignatures() {
        List<AuthAnnouncement> all = new ArrayList<>();
        for (SignatureScheme each : SignatureScheme.values()) {
            all.add(new AuthAnnouncement(AuthMethod.DIGITAL_SIGNATURE, each));
        }
        for (EcCurve curve : EcCurve.values()) {
            all.add(new AuthAnnouncement(curve.method(), null));
        }
        all.add(new AuthAnnouncement(AuthMethod.RSA_SIGNATURE, null));
        return all;
    }
}

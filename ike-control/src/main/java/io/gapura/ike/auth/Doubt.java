package io.gapura.ike.auth;

import java.net.URI;
import java.util.List;

/**
 * A certificate of which it is not known whether it has been revoked, and who may know: tried in this order.
 *
 * @param link on a trusted path
 */
public record Doubt(Link link, List<Source> sources) {
    public Doubt {
        sources = List.copyOf(sources);
    }

    /** Somebody to ask. */
    public sealed interface Source {
        URI uri();

        /** A server of OCSP, RFC 6960. */
        record Responder(URI uri) implements Source {}

        /** Where a list of revoked certificates is, RFC 5280 §5. */
        record RevocationList(URI uri) implements Source {}
    }
}

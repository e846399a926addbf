package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.net.URI;
import java.security.cert.X509CRL;
import java.time.Instant;

/** What somebody has said about revoked certificates, checked against the authority that it is about. */
sealed interface Evidence {
    /**
     * An OCSP response about one certificate.
     *
     * @param der the whole response, to be passed on
     */
    record Answer(Link link, Revocations.Standing standing, Instant from, Instant until, Bytes der)
            implements
                Evidence {}

    /** A list of an authority's. */
    record RevocationList(Bytes issuerKey, X509CRL list) implements Evidence {}

    /** Nothing was to be had here. */
    record Nothing(URI uri, String why) implements Evidence {}
}

package io.gapura.gateway.config;

import io.gapura.gateway.config.Configuration.RevocationList;
import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.KeyFiles.Faulty;
import io.gapura.ike.auth.RevocationRules.Authority;
import io.gapura.ike.auth.Revocations;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code authorities.<name>}: who is trusted wherever a connection does not say whom, and who knows what they have revoked. */
final class AuthorityReader {
    private final Place place;
    private final List<RevocationList> lists = new ArrayList<>();

    AuthorityReader(Place place) {
        this.place = place;
    }

    /** Those of the authorities read so far. */
    List<RevocationList> lists() {
        return List.copyOf(lists);
    }

    Authority read(String name, Section section) throws InvalidConfiguration {
        Optional<X509Certificate> certificate = section.need("cacert", Optional.empty(),
                value -> Optional.of(authority(place, value).getFirst()));
        List<URI> crlUris = section.read("crl_uris", List.of(), value -> value.list(AuthorityReader::uri));
        List<URI> ocspUris = section.read("ocsp_uris", List.of(), value -> value.list(AuthorityReader::uri));
        section.read("crls", List.of(), value -> value.list(each -> revocationList(each, certificate)));
        return new Authority(certificate.orElseThrow(place::known), crlUris, ocspUris);
    }

    /** The certificates of a file, which must be those of authorities. */
    static List<X509Certificate> authority(Place place, Value value) throws InvalidConfiguration {
        List<X509Certificate> certificates = certificates(place, value);
        for (X509Certificate each : certificates) {
            if (each.getBasicConstraints() < 0) {
                throw value.fault("the certificate of %s in it is not an authority's; certificates of peers belong into"
                        .formatted(each.getSubjectX500Principal()) + " remote.certs");
            }
        }
        return certificates;
    }

    static List<X509Certificate> certificates(Place place, Value value) throws InvalidConfiguration {
        try {
            return KeyFiles.certificates(place.resolve(value.text()));
        } catch (Faulty faulty) {
            throw value.fault(faulty.what());
        }
    }

    private RevocationList revocationList(Value value, Optional<X509Certificate> issuer) throws InvalidConfiguration {
        try {
            RevocationList list = new RevocationList(issuer.orElseThrow(place::known),
                    KeyFiles.revocationList(place.resolve(value.text())));
            new Revocations().learn(list.encoded(), list.issuer(), Instant.now());
            lists.add(list);
            return list;
        } catch (Faulty faulty) {
            throw value.fault(faulty.what());
        } catch (IOException e) {
            throw value.fault("is " + e.getMessage() + "; get the newest one of this authority");
        }
    }

    private static URI uri(Value value) throws InvalidConfiguration {
        try {
            URI uri = new URI(value.text());
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw value.fault("'%s' is no address: %s".formatted(value.text(), e.getReason()));
        }
        throw value.fault("'%s' is not possible here; write http://… or https://…".formatted(value.text()));
    }
}

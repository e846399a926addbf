package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCommands.Event;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.RevocationRules.Authority;
import io.gapura.ike.auth.Revocations;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.config.Connection;
import io.gapura.ike.message.Bytes;
import java.net.URI;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Certificates in use, as vici's {@code list-cert} describes them: each once, in DER, which {@code swanctl} prints. */
public final class CertificateReport {
    private CertificateReport() {
    }

    static List<Event> listCerts(List<Connection> connections, Revocations revocations) {
        Set<X509Certificate> own = new LinkedHashSet<>();
        Set<X509Certificate> authorities = new LinkedHashSet<>();
        Set<X509Certificate> peers = new LinkedHashSet<>();
        for (Connection connection : connections) {
            List<X509Certificate> ours = ours(connection);
            ours.stream().filter(each -> each.getBasicConstraints() < 0).forEach(own::add);
            ours.stream().filter(each -> each.getBasicConstraints() >= 0).forEach(authorities::add);
            if (connection.auth().remote().trust() instanceof CertificateTrust trust) {
                authorities.addAll(trust.anchors());
                authorities.addAll(trust.intermediates());
                peers.addAll(trust.pinned());
            }
        }
        peers.removeAll(own);
        List<Event> events = new ArrayList<>();
        own.forEach(each -> events.add(event(each, "NONE", true)));
        peers.forEach(each -> events.add(event(each, "NONE", false)));
        authorities.forEach(each -> events.add(event(each, "CA", false)));
        revocations.lists().forEach(each -> events.add(event(each)));
        return events;
    }

    /** Those that are trusted, with whom to ask about what they have revoked: vici's {@code list-authority}. */
    static List<Event> listAuthorities(List<Connection> connections) {
        Set<Authority> authorities = new LinkedHashSet<>();
        for (Connection connection : connections) {
            if (connection.auth().remote().trust() instanceof CertificateTrust trust) {
                authorities.addAll(trust.rules().authorities());
            }
        }
        return authorities.stream().map(each -> new Event("list-authority", ViciMessage.builder()
                .put(Certificates.words(each.certificate()), ViciMessage.builder()
                        .put("cacert", Certificates.words(each.certificate()))
                        .put("crl_uris", each.crlUris().stream().map(URI::toString).toList())
                        .put("ocsp_uris", each.ocspUris().stream().map(URI::toString).toList()))
                .build())).toList();
    }

    /** What we prove by who we are, with the authorities between. */
    public static List<X509Certificate> ours(Connection connection) {
        return connection.auth().local().credential() instanceof SigningKeys signing
                ? signing.keys().stream().flatMap(key -> key.chain().stream()).distinct().toList()
                : List.of();
    }

    private static Event event(X509Certificate certificate, String flag, boolean hasKey) {
        ViciMessage.Builder body = ViciMessage.builder().put("type", "X509").put("flag", flag);
        if (hasKey) {
            body.put("has_privkey", "yes");
        }
        return new Event("list-cert", body.put("data", Certificates.der(certificate)).build());
    }

    private static Event event(X509CRL list) {
        try {
            return new Event("list-cert", ViciMessage.builder().put("type", "X509_CRL").put("flag", "NONE")
                    .put("data", Bytes.copyOf(list.getEncoded())).build());
        } catch (CRLException e) {
            return new Event("list-cert", ViciMessage.builder().put("type", "X509_CRL")
                    .put("error", String.valueOf(e.getMessage())).build());
        }
    }
}

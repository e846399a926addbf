package io.gapura.ike.auth;

import io.gapura.ike.message.Bytes;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of revoked certificates, kept as long as it holds. Control thread, but for {@link #inquire}. */
public final class Revocations {
    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
    private static final int MOST_ANSWERS = 4096;
    private static final int MOST_LISTS = 64;
    private static final int MOST_SILENT = 256;
    /** Who had nothing to say is not asked again sooner. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final Map<Link, Evidence.Answer> answers = bounded(MOST_ANSWERS);
    /** By {@link Certificates#keyHash} of the authority's key and its name; the newest of each. */
    private final Map<Bytes, X509CRL> lists = bounded(MOST_LISTS);
    private final Map<URI, Instant> silentUntil = bounded(MOST_SILENT);

    /** Whether a certificate has been revoked. */
    enum Standing {
        GOOD,
        REVOKED,
        UNKNOWN
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    Standing standing(Link link, Instant date) {
        Evidence.Answer answer = answers.get(link);
        if (answer != null && !answer.until().isBefore(date) && answer.standing() != Standing.UNKNOWN) {
            return answer.standing();
        }
        X509CRL list = lists.get(Certificates.keyHash(link.issuer().getPublicKey()));
        if (list != null && RevocationLists.isTimely(list, date) && RevocationLists.covers(list, link.certificate())
                && list.getIssuerX500Principal().equals(link.issuer().getSubjectX500Principal())) {
            return list.getRevokedCertificate(link.certificate()) == null ? Standing.GOOD : Standing.REVOKED;
        }
        return Standing.UNKNOWN;
    }

    /** Takes what OCSP responses, which a peer has sent along, say about the certificate; RFC 4806. */
    void learn(List<Bytes> stapled, Link link, Instant date) {
        for (Bytes each : stapled) {
            try {
                add(Ocsp.read(each, link, date), date);
            } catch (IOException e) {
                LOG.debug("the peer has sent {}", e.getMessage());
            }
        }
    }

    /** Takes an OCSP response about a certificate. */
    public void learn(Bytes response, X509Certificate certificate, X509Certificate issuer, Instant date)
            throws IOException {
        add(Ocsp.read(response, new Link(certificate, issuer), date), date);
    }

    /** Takes a list that the operator has put into a file. */
    public void learn(Bytes list, X509Certificate issuer, Instant date) throws IOException {
        add(RevocationLists.read(list, issuer, date), date);
    }

    /** Takes what an {@link #inquire} has brought. */
    public void learn(Findings findings, Instant date) {
        findings.evidence.forEach(each -> add(each, date));
    }

    private void add(Evidence evidence, Instant date) {
        switch (evidence) {
            case Evidence.Answer answer -> {
                Evidence.Answer known = answers.get(answer.link());
                if (known == null || !known.from().isAfter(answer.from())) {
                    answers.put(answer.link(), answer);
                }
            }
            case Evidence.RevocationList(var key, var list) -> {
                X509CRL known = lists.get(key);
                if (known == null || !known.getThisUpdate().toInstant().isAfter(list.getThisUpdate().toInstant())) {
                    lists.put(key, list);
                }
            }
            case Evidence.Nothing(var uri, var why) -> {
                LOG.warn("nothing about revoked certificates from {}: {}", uri, why);
                silentUntil.put(uri, date.plus(SILENCE));
            }
        }
    }

    /** What has been found out about doubts. */
    public static final class Findings {
        private final List<Evidence> evidence;

        private Findings(List<Evidence> evidence) {
            this.evidence = List.copyOf(evidence);
        }
    }

    /** Those of whom it makes sense to ask now. */
    public List<Doubt> worthwhile(Collection<Doubt> doubts, Instant date) {
        List<Doubt> worthwhile = new ArrayList<>();
        for (Doubt each : doubts) {
            List<Doubt.Source> sources = each.sources().stream()
                    .filter(source -> !silentUntil.getOrDefault(source.uri(), Instant.MIN).isAfter(date)).toList();
            if (!sources.isEmpty()) {
                worthwhile.add(new Doubt(each.link(), sources));
            }
        }
        return worthwhile;
    }

    /** Asks around, one after the other, until somebody knows. Any thread; takes its time. */
    public static Findings inquire(List<Doubt> doubts, Fetcher fetcher, Instant date) {
        List<Evidence> evidence = new ArrayList<>();
        for (Doubt doubt : doubts) {
            for (Doubt.Source source : doubt.sources()) {
                try {
                    Evidence found = ask(source, doubt.link(), fetcher, date);
                    evidence.add(found);
                    if (!(found instanceof Evidence.Answer answer) || answer.standing() != Standing.UNKNOWN) {
                        break;
                    }
                } catch (IOException e) {
                    evidence.add(new Evidence.Nothing(source.uri(), String.valueOf(e.getMessage())));
                }
            }
        }
        return new Findings(evidence);
    }

    private static Evidence ask(Doubt.Source source, Link link, Fetcher fetcher, Instant date) throws IOException {
        return switch (source) {
            case Doubt.Source.Responder(var uri) -> Ocsp.read(fetcher.ask(uri, Ocsp.request(link)), link, date);
            case Doubt.Source.RevocationList(var uri) -> RevocationLists.read(fetcher.get(uri), link.issuer(), date);
        };
    }

    /** OCSP responses about certificates of ours, to be sent along. */
    List<Bytes> answersAbout(List<X509Certificate> chain) {
        return answers.values().stream().filter(each -> chain.contains(each.link().certificate()))
                .filter(each -> each.standing() == Standing.GOOD).map(Evidence.Answer::der).toList();
    }

    /** Forgets everything, as {@code swanctl --flush-certs} wants it. */
    public void forget() {
        answers.clear();
        lists.clear();
        silentUntil.clear();
    }

    /** All lists, for operators. */
    public List<X509CRL> lists() {
        return List.copyOf(lists.values());
    }
}

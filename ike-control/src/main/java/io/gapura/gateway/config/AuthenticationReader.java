package io.gapura.gateway.config;

import io.gapura.gateway.pki.KeyFiles;
import io.gapura.gateway.pki.KeyFiles.Faulty;
import io.gapura.ike.auth.Authentication;
import io.gapura.ike.auth.CertificateTrust;
import io.gapura.ike.auth.Certificates;
import io.gapura.ike.auth.CertifiedNames;
import io.gapura.ike.auth.Credential;
import io.gapura.ike.auth.Identity;
import io.gapura.ike.auth.PreSharedKey;
import io.gapura.ike.auth.PublicKeyTrust;
import io.gapura.ike.auth.RevocationRules;
import io.gapura.ike.auth.RevocationRules.Authority;
import io.gapura.ike.auth.SigningKey;
import io.gapura.ike.auth.SigningKeys;
import io.gapura.ike.auth.SigningKeys.SendCert;
import io.gapura.ike.auth.Trust;
import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Secret;
import java.net.InetAddress;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code local} and {@code remote} of a connection: who both are, and how they prove it. */
final class AuthenticationReader {
    /** What reading goes on with when a secret is missing or faulty. */
    private static final PreSharedKey NO_KEY = new PreSharedKey(SharedKey.NO_SECRET);

    private final Place place;
    private final KeyRing keys;
    private final List<Authority> authorities;

    AuthenticationReader(Place place, KeyRing keys, List<Authority> authorities) {
        this.place = place;
        this.keys = keys;
        this.authorities = List.copyOf(authorities);
    }

    /** How a side authenticates: swanctl's words. */
    private enum Method {
        PSK,
        PUBKEY
    }

    /** A side as it is written. */
    private record Side(Method method, Optional<Identity> id, List<X509Certificate> authorities,
            List<List<X509Certificate>> certificates, List<PublicKey> publicKeys, RevocationRules.Policy revocation) {}

    Authentication read(Section section, InetAddress localAddress, Optional<InetAddress> remoteAddress)
            throws InvalidConfiguration {
        SendCert sendCert = section.read("send_cert", SendCert.IFASKED, value -> value.choice(SendCert.class));
        Side local = section.readSection("local", side -> side(side, false));
        Side remote = section.readSection("remote", side -> side(side, true));
        Identity remoteId = remote.id.orElse(remoteAddress.map(Identity::ofAddress).orElse(Identity.ANY));
        Identity localId = local.id.orElseGet(() -> local.certificates.isEmpty()
                ? Identity.ofAddress(localAddress)
                : CertifiedNames.of(local.certificates.getFirst().getFirst()).getFirst());
        Optional<PreSharedKey> shared = local.method == Method.PSK || remote.method == Method.PSK
                ? Optional.of(secret(section, localId, remoteId))
                : Optional.empty();
        Credential credential = local.method == Method.PSK
                ? shared.orElse(NO_KEY)
                : signing(section, local, remote, localId, sendCert);
        Trust trust = remote.method == Method.PSK ? shared.orElse(NO_KEY) : trust(section, remote);
        return section.checked(() -> new Authentication(new Authentication.Local(localId, credential),
                new Authentication.Remote(remoteId, trust)));
    }

    private Side side(Section side, boolean isRemote) throws InvalidConfiguration {
        Optional<Identity> id = side.read("id", Optional.empty(), value -> Optional.of(value.parse(Identity::parse)));
        List<List<X509Certificate>> certificates = side.read("certs", List.of(),
                value -> value.list(each -> AuthorityReader.certificates(place, each)));
        List<PublicKey> publicKeys = side.read("pubkeys", List.of(), value -> value.list(this::publicKey));
        List<List<X509Certificate>> above = isRemote
                ? side.read("cacerts", List.of(), value -> value.list(each -> AuthorityReader.authority(place, each)))
                : List.of();
        RevocationRules.Policy revocation = isRemote
                ? side.read("revocation", RevocationRules.Policy.RELAXED,
                        value -> value.choice(RevocationRules.Policy.class))
                : RevocationRules.Policy.OFF;
        boolean isSigned = side.find("certs") != null || side.find("pubkeys") != null
                || (isRemote && side.find("cacerts") != null);
        Method method = side.read("auth", isSigned ? Method.PUBKEY : Method.PSK, value -> value.choice(Method.class));
        if (isSigned && method == Method.PSK) {
            throw side.fault("auth", "psk does not go with certificates or public keys; write pubkey");
        }
        if (!certificates.isEmpty() && !publicKeys.isEmpty()) {
            throw side.fault("pubkeys", "does not go with certs; take one of them");
        }
        return new Side(method, id, above.stream().flatMap(List::stream).toList(), certificates, publicKeys,
                revocation);
    }

    private PublicKey publicKey(Value value) throws InvalidConfiguration {
        try {
            return KeyFiles.publicKey(place.resolve(value.text()));
        } catch (Faulty faulty) {
            throw value.fault(faulty.what());
        }
    }

    // ---- how we prove who we are

    private PreSharedKey secret(Section section, Identity local, Identity remote) throws InvalidConfiguration {
        SharedKey best = keys.shared().stream().filter(key -> !key.isPpk())
                .filter(key -> key.fitness(local, remote) > 0)
                .max(Comparator.comparingInt(key -> key.fitness(local, remote))).orElse(null);
        if (best == null && !keys.complete()) {
            return NO_KEY;
        }
        if (best == null) {
            throw section.fault("there is no secret for %s and %s; add under 'secrets': ike-x: { id: [\"%s\", \"%s\"], "
                    .formatted(local, remote, local, remote) + "secret_file: … }");
        }
        Secret secret = best.secret();
        return new PreSharedKey(secret);
    }

    private Credential signing(Section section, Side local, Side remote, Identity id, SendCert sendCert)
            throws InvalidConfiguration {
        List<SigningKey> signing = new ArrayList<>();
        Set<X509Certificate> known = new HashSet<>(remote.authorities);
        authorities.forEach(each -> known.add(each.certificate()));
        for (List<X509Certificate> file : local.certificates) {
            signing.add(certified(section, file, known, id));
        }
        for (PublicKey key : local.publicKeys) {
            OwnKey own = own(section, "pubkeys", key);
            signing.add(usable(section, () -> SigningKey.raw(own.key(), own.token(), key)));
        }
        if (signing.isEmpty()) {
            throw section.fault("local", "auth: pubkey needs a certificate; write certs: [gateway.pem]");
        }
        return new SigningKeys(signing, sendCert);
    }

    private SigningKey certified(Section section, List<X509Certificate> file, Set<X509Certificate> known, Identity id)
            throws InvalidConfiguration {
        X509Certificate certificate = file.getFirst();
        if (CertifiedNames.of(certificate).stream().noneMatch(each -> each.fitness(id) > 1)) {
            throw section.fault("local", "id: the certificate is not for %s; it is for %s".formatted(id,
                    CertifiedNames.words(certificate)));
        }
        OwnKey own = own(section, "certs", certificate.getPublicKey());
        List<X509Certificate> chain = new ArrayList<>(file);
        Set<Bytes> above = new HashSet<>();
        file.stream().skip(1).forEach(each -> above.add(Certificates.keyHash(each.getPublicKey())));
        for (X509Certificate next = issuer(chain.getLast(), known); next != null; next = issuer(next, known)) {
            above.add(Certificates.keyHash(next.getPublicKey()));
            if (Certificates.isSelfIssued(next) || chain.contains(next)) {
                break;
            }
            chain.add(next);
        }
        return usable(section, () -> SigningKey.certified(own.key(), own.token(), chain, above));
    }

    private static @Nullable X509Certificate issuer(X509Certificate certificate, Set<X509Certificate> known) {
        return known.stream().filter(each -> Certificates.isIssuedBy(certificate, each)).findFirst().orElse(null);
    }

    private OwnKey own(Section section, String what, PublicKey key) throws InvalidConfiguration {
        for (OwnKey each : keys.own()) {
            if (each.isOf(key)) {
                return each;
            }
        }
        throw keys.complete()
                ? section.fault("local",
                        what + ": there is no private key that belongs to it; add under 'secrets': private-x: "
                                + "{ file: … }")
                : place.known();
    }

    /** Makes a key, if it may be used. */
    private interface Maker {
        SigningKey make() throws InvalidKeyException;
    }

    private static SigningKey usable(Section section, Maker maker) throws InvalidConfiguration {
        try {
            return maker.make();
        } catch (InvalidKeyException e) {
            throw section.fault("local", "this is %s".formatted(e.getMessage()));
        }
    }

    // ---- what counts as the peer's proof

    private Trust trust(Section section, Side remote) throws InvalidConfiguration {
        if (!remote.publicKeys.isEmpty()) {
            return new PublicKeyTrust(remote.publicKeys);
        }
        List<X509Certificate> all = remote.authorities.isEmpty() && remote.certificates.isEmpty()
                ? authorities.stream().map(Authority::certificate).toList()
                : remote.authorities;
        List<X509Certificate> pinned = remote.certificates.stream().map(List::getFirst).toList();
        if (all.isEmpty() && pinned.isEmpty()) {
            throw section.fault("remote",
                    "auth: pubkey needs an authority to trust; write cacerts: [ca.pem], or for all "
                            + "connections authorities: { x: { cacert: ca.pem } }");
        }
        List<X509Certificate> between = authorities.stream().map(Authority::certificate)
                .filter(each -> !all.contains(each)).toList();
        return new CertificateTrust(all, between, pinned, new RevocationRules(remote.revocation, authorities));
    }
}

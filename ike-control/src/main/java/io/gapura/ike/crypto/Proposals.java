package io.gapura.ike.crypto;

import io.gapura.ike.message.Bytes;
import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Protocol;
import io.gapura.ike.message.Transform;
import io.gapura.ike.message.TransformType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Proposals as swanctl.conf writes them, {@code aes256gcm16-prfsha384-x25519}, in order of preference. */
public final class Proposals {
    /** Stands for the defaults. */
    public static final String DEFAULT = "default";

    /**
     * What withstands quantum computers first, in a proposal of its own: peers that do not know RFC 9370 must refuse
     * a proposal with its transforms as a whole. ML-KEM goes into IKE_INTERMEDIATE, which can be fragmented.
     */
    private static final List<String> DEFAULT_HYBRID = List.of(
            "aes256gcm16-prfsha384-prfsha512-prfsha256-x25519-ecp384-ke1_mlkem768-ke1_mlkem1024");

    /** Authenticated encryption, then cipher and MAC; groups that are merely good enough last. RFC 8247. */
    private static final List<String> DEFAULT_CLASSICAL = List.of(
            "aes256gcm16-aes128gcm16-chacha20poly1305-prfsha384-prfsha256-prfsha512"
                    + "-x25519-ecp256-ecp384-modp3072-modp2048-ecp521-x448-modp4096",
            "aes256-aes128-sha256-sha384-sha512-prfsha256-prfsha384-prfsha512"
                    + "-x25519-ecp256-ecp384-modp3072-modp2048-ecp521-x448-modp4096");

    /** Both kinds of sequence number: a stock strongSwan offers and accepts only the short one. */
    private static final List<String> DEFAULT_ESP = List.of("aes256gcm16-aes128gcm16-chacha20poly1305-esn-noesn",
            "aes256-aes128-sha256-sha384-sha512-esn-noesn");

    private static final List<String> DEFAULT_AH = List.of("sha256-sha384-sha512-esn-noesn");

    private static final List<TransformType> ORDER = order();

    private Proposals() {
    }

    private static List<TransformType> order() {
        List<TransformType> order = new ArrayList<>(List.of(TransformType.ENCRYPTION, TransformType.INTEGRITY,
                TransformType.PRF, TransformType.KEY_EXCHANGE));
        for (int number = 1; number <= AdditionalKeyExchange.MAX_NUMBER; number++) {
            order.add(AdditionalKeyExchange.type(number));
        }
        order.add(TransformType.SEQUENCE_NUMBERS);
        return List.copyOf(order);
    }

    /** As {@link #ike(List, PostQuantum)} with what is on offer where nobody says otherwise. */
    public static List<Proposal> ike(List<String> texts) {
        return ike(texts, PostQuantum.PREFER);
    }

    /**
     * For an IKE SA; the defaults if {@code texts} is empty.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write instead
     */
    public static List<Proposal> ike(List<String> texts, PostQuantum postQuantum) {
        List<String> defaults = switch (postQuantum) {
            case OFF -> DEFAULT_CLASSICAL;
            case REQUIRE -> DEFAULT_HYBRID;
            case PREFER -> Stream.concat(DEFAULT_HYBRID.stream(), DEFAULT_CLASSICAL.stream()).toList();
        };
        List<Proposal> proposals = parse(Protocol.IKE, texts, defaults, Proposals::ike);
        for (Proposal proposal : proposals) {
            boolean classical = !isPostQuantum(proposal);
            if (classical && postQuantum == PostQuantum.REQUIRE) {
                throw fault(describe(List.of(proposal)),
                        "post_quantum: require, but it is classical: add ke1_mlkem768, or write post_quantum: prefer");
            }
            if (!classical && postQuantum == PostQuantum.OFF) {
                throw fault(describe(List.of(proposal)),
                        "post_quantum: off, but it has ML-KEM: leave one of them out");
            }
        }
        return proposals;
    }

    /** Whether no agreement on it can do without a key exchange that withstands quantum computers. */
    public static boolean isPostQuantum(Proposal proposal) {
        return proposal.transforms().stream().map(Transform::type).distinct().filter(TransformType::isKeyExchange)
                .anyMatch(type -> proposal.transforms(type).stream().allMatch(Proposals::isPostQuantum));
    }

    private static boolean isPostQuantum(Transform transform) {
        KeyExchangeMethod method = KeyExchangeMethod.ofGroup(transform.id());
        return method != null && method.isPostQuantum();
    }

    /** Whether some of them have key exchanges after the first one, RFC 9370. */
    public static boolean haveAdditionalKeyExchange(List<Proposal> proposals) {
        return proposals.stream().anyMatch(Proposals::hasAdditionalKeyExchange);
    }

    /** Whether it cannot be agreed on without a key exchange after the first one. */
    public static boolean hasAdditionalKeyExchange(Proposal proposal) {
        return proposal.transforms().stream().anyMatch(
                transform -> transform.type().isAdditionalKeyExchange() && transform.id() != Transforms.NONE);
    }

    /**
     * For a child SA, with SPIs to be filled in; the defaults if {@code texts} is empty. Without {@code esn} or
     * {@code noesn} a proposal means {@code noesn}, as in swanctl.conf.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write instead
     */
    public static List<Proposal> esp(List<String> texts) {
        return parse(Protocol.ESP, texts, DEFAULT_ESP, Proposals::esp);
    }

    /**
     * For a child SA of AH, as {@link #esp}.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write instead
     */
    public static List<Proposal> ah(List<String> texts) {
        return parse(Protocol.AH, texts, DEFAULT_AH, Proposals::ah);
    }

    /** As swanctl would write it, also with transforms that we do not implement. */
    public static String describe(List<Proposal> proposals) {
        return Transforms.describe(proposals);
    }

    /** Key exchange methods on offer, the preferred first. */
    public static List<KeyExchangeMethod> keyExchangeMethods(List<Proposal> proposals) {
        Set<KeyExchangeMethod> methods = new LinkedHashSet<>();
        for (Proposal proposal : proposals) {
            for (Transform transform : proposal.transforms(TransformType.KEY_EXCHANGE)) {
                KeyExchangeMethod method = KeyExchangeMethod.ofGroup(transform.id());
                if (method != null) {
                    methods.add(method);
                }
            }
        }
        return List.copyOf(methods);
    }

    /** For IKE_AUTH, where a child SA takes its keys from the IKE SA's exchange, RFC 7296 §1.2. */
    public static List<Proposal> withoutKeyExchange(List<Proposal> proposals) {
        return proposals.stream().map(Proposals::withoutKeyExchange).toList();
    }

    private static Proposal withoutKeyExchange(Proposal proposal) {
        List<Transform> rest = proposal.transforms().stream()
                .filter(transform -> !transform.type().isKeyExchange()).toList();
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), rest);
    }

    /** Those that allow {@code prf}, with no other, numbered anew; empty if there is none. */
    public static List<Proposal> withPrf(List<Proposal> proposals, Prf prf) {
        List<Proposal> kept = new ArrayList<>();
        for (Proposal proposal : proposals) {
            if (proposal.transforms().contains(prf.transform())) {
                List<Transform> transforms = proposal.transforms().stream()
                        .filter(transform -> !transform.type().equals(TransformType.PRF)
                                || transform.equals(prf.transform()))
                        .toList();
                kept.add(new Proposal(kept.size() + 1, proposal.protocol(), proposal.spi(), transforms));
            }
        }
        return List.copyOf(kept);
    }

    public static List<Proposal> withSpi(List<Proposal> proposals, Bytes spi) {
        return proposals.stream().map(proposal -> proposal.withSpi(spi)).toList();
    }

    private interface Parser {
        List<Algorithm> algorithms(String text);
    }

    private static List<Proposal> parse(Protocol protocol, List<String> texts, List<String> defaults, Parser parser) {
        List<Proposal> proposals = new ArrayList<>();
        for (String text : texts.isEmpty() ? List.of(DEFAULT) : texts) {
            for (String expanded : text.equals(DEFAULT) ? defaults : List.of(text)) {
                List<Transform> transforms = inOrder(parser.algorithms(expanded));
                proposals.add(new Proposal(proposals.size() + 1, protocol, Bytes.EMPTY, transforms));
            }
        }
        return List.copyOf(proposals);
    }

    /** By type, as swanctl lists them; within a type by preference. */
    private static List<Transform> inOrder(List<Algorithm> algorithms) {
        return algorithms.stream().map(Algorithm::transform).distinct()
                .sorted(Comparator.comparingInt(transform -> ORDER.indexOf(transform.type()))).toList();
    }

    private static List<Algorithm> ike(String text) {
        List<Algorithm> algorithms = Keywords.IKE.parse(text);
        boolean aead = needOneKindOfCipher(text, algorithms);
        List<Integrity> integrity = only(algorithms, Integrity.class);
        if (aead && only(algorithms, Prf.class).isEmpty()) {
            throw fault(text, "an AEAD needs a PRF beside it: add prfsha256, prfsha384 or prfsha512");
        }
        if (aead && !integrity.isEmpty()) {
            throw fault(text, "an AEAD protects integrity itself: write prf" + integrity.getFirst().keyword()
                    + " if you mean the PRF, otherwise leave out " + integrity.getFirst().keyword());
        }
        needIntegrity(text, aead, integrity);
        if (only(algorithms, KeyExchangeMethod.class).isEmpty()) {
            throw fault(text, "there is no key exchange: add x25519, ecp256, ecp384 or modp3072");
        }
        if (only(algorithms, Prf.class).isEmpty()) {
            integrity.forEach(algorithm -> algorithms.add(algorithm.prf()));
        }
        return algorithms;
    }

    private static List<Algorithm> esp(String text) {
        List<Algorithm> algorithms = Keywords.ESP.parse(text);
        boolean aead = needOneKindOfCipher(text, algorithms);
        List<Integrity> integrity = only(algorithms, Integrity.class);
        if (aead && !integrity.isEmpty()) {
            throw fault(text, "an AEAD protects integrity itself: leave out " + integrity.getFirst().keyword());
        }
        needIntegrity(text, aead, integrity);
        return completed(text, algorithms);
    }

    private static List<Algorithm> ah(String text) {
        List<Algorithm> algorithms = Keywords.AH.parse(text);
        if (only(algorithms, Integrity.class).isEmpty()) {
            throw fault(text, "AH needs an integrity algorithm: add sha256, sha384 or sha512");
        }
        return completed(text, algorithms);
    }

    /** What proposals for ESP and AH have in common. */
    private static List<Algorithm> completed(String text, List<Algorithm> algorithms) {
        boolean additional = !only(algorithms, AdditionalKeyExchange.class).isEmpty();
        if (additional && only(algorithms, KeyExchangeMethod.class).isEmpty()) {
            throw fault(text, "a further key exchange needs a first one: add x25519");
        }
        if (only(algorithms, SequenceNumbers.class).isEmpty()) {
            algorithms.add(SequenceNumbers.NOESN);
        }
        return algorithms;
    }

    private static void needIntegrity(String text, boolean aead, List<Integrity> integrity) {
        if (!aead && integrity.isEmpty()) {
            throw fault(text, "this cipher needs an integrity algorithm beside it: add sha256, sha384 or sha512");
        }
    }

    /** RFC 5282 §8: an AEAD and other ciphers belong into different proposals. */
    private static boolean needOneKindOfCipher(String text, List<Algorithm> algorithms) {
        List<Encryption> ciphers = only(algorithms, Encryption.class);
        if (ciphers.isEmpty()) {
            throw fault(text, "there is no cipher: add aes256gcm16 or aes128gcm16");
        }
        boolean aead = ciphers.getFirst().isAead();
        if (ciphers.stream().anyMatch(cipher -> cipher.isAead() != aead)) {
            throw fault(text, "AEADs and other ciphers cannot share a proposal: write two, separated by a comma");
        }
        return aead;
    }

    private static <A extends Algorithm> List<A> only(List<Algorithm> algorithms, Class<A> kind) {
        return algorithms.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static IllegalArgumentException fault(String text, String remedy) {
        return new IllegalArgumentException("proposal '" + text + "': " + remedy);
    }
}

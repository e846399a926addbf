package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Transform;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Transforms to algorithms and to words; the words also for what we do not implement, so that logs can name it. */
final class Transforms {
    /** NONE as integrity or key exchange algorithm, RFC 7296 §3.3.2: the same as leaving the type out. */
    static final int NONE = 0;

    private static final Map<Transform, Algorithm> ALGORITHMS = new HashMap<>();

    static {
        Stream.of(Stream.<Algorithm[]>of(Encryption.values(), Integrity.values(), Prf.values(),
                KeyExchangeMethod.values(), SequenceNumbers.values()).flatMap(Stream::of), additional())
                .flatMap(each -> each).forEach(algorithm -> ALGORITHMS.put(algorithm.transform(), algorithm));
    }

    private static final Map<Integer, String> CIPHERS = Map.of(2, "des", 3, "3des", 7, "blowfish%s", 11, "null", 12,
            "aes%s", 13, "aes%sctr", 20, "aes%sgcm16", 21, "aes%sgmac", 23, "camellia%s");

    private static final Map<Integer, String> PRFS = Map.of(1, "prfmd5");

    private static final Map<Integer, String> MACS = Map.of(0, "no integrity", 1, "md5");

    private static final Map<Integer, String> GROUPS = Map.of(0, "no key exchange", 1, "modp768", 2, "modp1024", 5,
            "modp1536", 22, "modp1024s160", 23, "modp2048s224", 24, "modp2048s256", 25, "ecp192", 26, "ecp224");

    private Transforms() {
    }

    /** Every further key exchange that a proposal can name, and that there is none. */
    static Stream<Algorithm> additional() {
        return IntStream.rangeClosed(1, AdditionalKeyExchange.MAX_NUMBER).boxed().flatMap(number -> Stream.concat(
                Stream.of(new AdditionalKeyExchange(number, null)),
                Stream.of(KeyExchangeMethod.values()).map(method -> new AdditionalKeyExchange(number, method))));
    }

    static <A extends Algorithm> A need(Proposal proposal, Class<A> kind) {
        A algorithm = find(proposal, kind);
        if (algorithm == null) {
            throw new IllegalArgumentException(describe(proposal) + " has no " + kind.getSimpleName());
        }
        return algorithm;
    }

    static <A extends Algorithm> @Nullable A find(Proposal proposal, Class<A> kind) {
        return all(proposal, kind).stream().findFirst().orElse(null);
    }

    static <A extends Algorithm> List<A> all(Proposal proposal, Class<A> kind) {
        return proposal.transforms().stream().map(ALGORITHMS::get).filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The key exchanges of what was chosen after the first one, in their order, without those that are none. */
    static List<AdditionalKeyExchange> additional(Proposal chosen) {
        return all(chosen, AdditionalKeyExchange.class).stream().filter(each -> each.method() != null)
                .sorted(Comparator.comparingInt(AdditionalKeyExchange::number)).toList();
    }

    static boolean isImplemented(Transform transform) {
        return ALGORITHMS.containsKey(transform);
    }

    static String describe(List<Proposal> proposals) {
        return proposals.stream().map(Transforms::describe).collect(Collectors.joining(", "));
    }

    static String describe(Proposal proposal) {
        return words(proposal.transforms(), "-");
    }

    static String words(List<Transform> transforms, String separator) {
        return transforms.isEmpty()
                ? "none"
                : transforms.stream().map(Transforms::word).collect(Collectors.joining(separator));
    }

    static String word(Transform transform) {
        Algorithm algorithm = ALGORITHMS.get(transform);
        if (algorithm != null) {
            return algorithm.keyword();
        }
        String name = foreignWord(transform);
        return name != null ? name : "(" + transform.type() + " " + transform.id() + ")";
    }

    private static @Nullable String foreignWord(Transform transform) {
        return switch (transform.type().number()) {
            case 1 -> cipher(transform);
            case 2 -> PRFS.get(transform.id());
            case 3 -> MACS.get(transform.id());
            case 4 -> GROUPS.get(transform.id());
            default -> null;
        };
    }

    private static @Nullable String cipher(Transform transform) {
        String pattern = CIPHERS.get(transform.id());
        return pattern == null ? null : pattern.formatted(switch (transform.keyBits()) {
            case Transform.NO_KEY_BITS -> "";
            case Transform.UNREADABLE -> "?";
            default -> Integer.toString(transform.keyBits());
        });
    }
}

package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import io.gapura.ike.message.Transform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Transforms to algorithms and to words; the words also for what we do not implement, so that logs can name it. */
final class Transforms {
    /** NONE as integrity or key exchange algorithm, RFC 7296 §3.3.2: the same as leaving the type out. */
    static final int NONE = 0;

    private static final Map<Transform, Algorithm> ALGORITHMS = new HashMap<>();

    static {
        Stream.<Algorithm[]>of(Encryption.values(), Integrity.values(), Prf.values(), KeyExchangeMethod.values(),
                SequenceNumbers.values()).flatMap(Stream::of)
                .forEach(algorithm -> ALGORITHMS.put(algorithm.transform(), algorithm));
    }

    private static final Map<Integer, String> CIPHERS = Map.ofEntries(Map.entry(2, "des"), Map.entry(3, "3des"),
            Map.entry(7, "blowfish%s"), Map.entry(11, "null"), Map.entry(12, "aes%s"), Map.entry(13, "aes%sctr"),
            Map.entry(14, "aes%sccm8"), Map.entry(15, "aes%sccm12"), Map.entry(16, "aes%sccm16"),
            Map.entry(18, "aes%sgcm8"), Map.entry(19, "aes%sgcm12"), Map.entry(20, "aes%sgcm16"),
            Map.entry(21, "aes%sgmac"), Map.entry(23, "camellia%s"), Map.entry(28, "chacha20poly1305"));

    private static final Map<Integer, String> PRFS = Map.of(1, "prfmd5", 2, "prfsha1", 4, "prfaesxcbc", 8,
            "prfaescmac");

    private static final Map<Integer, String> MACS = Map.of(0, "no integrity", 1, "md5", 2, "sha1", 5, "aesxcbc", 8,
            "aescmac");

    private static final Map<Integer, String> GROUPS = Map.ofEntries(Map.entry(0, "no key exchange"),
            Map.entry(1, "modp768"), Map.entry(2, "modp1024"), Map.entry(5, "modp1536"), Map.entry(15, "modp3072"),
            Map.entry(16, "modp4096"), Map.entry(17, "modp6144"), Map.entry(18, "modp8192"), Map.entry(21, "ecp521"),
            Map.entry(22, "modp1024s160"), Map.entry(23, "modp2048s224"), Map.entry(24, "modp2048s256"),
            Map.entry(25, "ecp192"), Map.entry(26, "ecp224"), Map.entry(27, "ecp224bp"), Map.entry(28, "ecp256bp"),
            Map.entry(29, "ecp384bp"), Map.entry(30, "ecp512bp"), Map.entry(32, "x448"), Map.entry(35, "mlkem512"),
            Map.entry(36, "mlkem768"), Map.entry(37, "mlkem1024"));

    private Transforms() {
    }

    static <A extends Algorithm> A need(Proposal proposal, Class<A> kind) {
        A algorithm = find(proposal, kind);
        if (algorithm == null) {
            throw new IllegalArgumentException(describe(proposal) + " has no " + kind.getSimpleName());
        }
        return algorithm;
    }

    static <A extends Algorithm> @Nullable A find(Proposal proposal, Class<A> kind) {
        for (Transform transform : proposal.transforms()) {
            Algorithm algorithm = ALGORITHMS.get(transform);
            if (kind.isInstance(algorithm)) {
                return kind.cast(algorithm);
            }
        }
        return null;
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

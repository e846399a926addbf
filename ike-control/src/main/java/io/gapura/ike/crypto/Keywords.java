package io.gapura.ike.crypto;

import io.gapura.text.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** swanctl's words for the algorithms of one protocol, and what to say about words that mean none of them. */
final class Keywords {
    private static final Pattern ICV = Pattern.compile("([gc]cm)(8|12|16)$");

    static final Keywords IKE = new Keywords("IKE").with(ciphers(Encryption::isForIke)).with(macs())
            .with(Prf.values()).with(KeyExchangeMethod.values()).withAdditional();

    /** ESP has the ciphers that the packet engine has. */
    static final Keywords ESP = new Keywords("ESP").with(ciphers(Encryption::isForEsp)).with(macs())
            .with(KeyExchangeMethod.values()).withAdditional().with(SequenceNumbers.values());

    /** AH has no ciphers. */
    static final Keywords AH = new Keywords("AH").with(Integrity.values()).with(KeyExchangeMethod.values())
            .withAdditional().with(SequenceNumbers.values());

    /** Broken or too short: RFC 8247, RFC 8221, RFC 9395. */
    private static final Set<String> WEAK = Set.of("des", "3des", "blowfish", "cast128", "md5", "md5_128",
            "sha1_160", "prfmd5", "modp768", "modp1024", "modp1536", "modp1024s160",
            "modp2048s224", "modp2048s256", "ecp192", "ecp224");

    private final String protocol;
    private final Map<String, Algorithm> algorithms = new HashMap<>();

    private Keywords(String protocol) {
        this.protocol = protocol;
    }

    private static Encryption[] ciphers(Predicate<Encryption> wanted) {
        return Arrays.stream(Encryption.values()).filter(wanted).toArray(Encryption[]::new);
    }

    private static Integrity[] macs() {
        return Arrays.stream(Integrity.values()).filter(Integrity::isForEveryProtocol).toArray(Integrity[]::new);
    }

    private Keywords with(Algorithm... added) {
        for (Algorithm algorithm : added) {
            algorithms.put(algorithm.keyword(), algorithm);
            algorithms.put(otherKeyword(algorithm.keyword()), algorithm);
        }
        return this;
    }

    private Keywords withAdditional() {
        return with(Transforms.additional().toArray(Algorithm[]::new));
    }

    /** strongSwan has two words for some: AEADs by the bits of their ICV, Curve25519 by its full name. */
    private static String otherKeyword(String keyword) {
        return ICV.matcher(keyword.replace("x25519", "curve25519").replace("x448", "curve448"))
                .replaceAll(found -> found.group(1) + Integer.parseInt(found.group(2)) * Byte.SIZE);
    }

    /** The algorithms in the order in which the proposal names them. */
    List<Algorithm> parse(String proposal) {
        List<Algorithm> named = new ArrayList<>();
        for (String word : proposal.split("-", -1)) {
            Algorithm algorithm = algorithms.get(word);
            if (algorithm == null) {
                throw new IllegalArgumentException("proposal '" + proposal + "': " + complaint(word));
            }
            named.add(algorithm);
        }
        return named;
    }

    private String complaint(String word) {
        if (WEAK.contains(word)) {
            return "'" + word + "' is too weak and not implemented; choose from " + String.join(", ", choices());
        }
        if (IKE.algorithms.containsKey(word) || ESP.algorithms.containsKey(word)) {
            return "'" + word + "' is not available for " + protocol + "; choose from " + String.join(", ", choices());
        }
        return "unknown algorithm '" + word + "'; " + Suggestion.of(word, choices());
    }

    private Set<String> choices() {
        Set<String> words = new TreeSet<>();
        algorithms.values().stream().filter(algorithm -> !(algorithm instanceof AdditionalKeyExchange))
                .forEach(algorithm -> words.add(algorithm.keyword()));
        words.add("ke1_mlkem768");
        return words;
    }
}

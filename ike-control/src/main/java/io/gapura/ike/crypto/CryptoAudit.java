package io.gapura.ike.crypto;

import io.gapura.ike.message.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is classical or weak about algorithms, and why: RFC 8247, NIST SP 800-57 part 1. */
public final class CryptoAudit {
    private static final String CLASSICAL = "classical: who records it can read it with a quantum computer later";

    private static final Map<String, String> WEAK = Map.ofEntries(
            Map.entry("sha1", "sha1 is for old peers: take sha256"),
            Map.entry("prfsha1", "prfsha1 is for old peers: take prfsha256"),
            Map.entry("aesxcbc", "aesxcbc is for old peers: take sha256"),
            Map.entry("prfaesxcbc", "prfaesxcbc is for old peers: take prfsha256"),
            Map.entry("aescmac", "aescmac is for old peers: take sha256"),
            Map.entry("prfaescmac", "prfaescmac is for old peers: take prfsha256"),
            Map.entry("modp2048", "modp2048 has a strength of 112 bits: take x25519"),
            Map.entry("ecp224bp", "ecp224bp has a strength of 112 bits: take x25519"));

    private CryptoAudit() {
    }

    /**
     * Of a live SA.
     *
     * @param suite   in swanctl's words
     * @param quantumSafe whether its keys have another source that a quantum computer does not open
     */
    public static List<String> findings(String suite, boolean quantumSafe) {
        List<String> findings = new ArrayList<>();
        if (!quantumSafe && !isPostQuantum(suite)) {
            findings.add(CLASSICAL);
        }
        for (String word : suite.split("-", -1)) {
            String weakness = weakness(word.replaceFirst("^ke\\d_", ""));
            if (!weakness.isEmpty()) {
                findings.add(weakness);
            }
        }
        return findings;
    }

    /** Whether ML-KEM is among the words of an agreed suite. */
    public static boolean isPostQuantum(String suite) {
        return suite.contains("mlkem");
    }

    private static String weakness(String word) {
        if (word.equals("null") || word.endsWith("gmac")) {
            return word + " encrypts nothing: take aes256gcm16";
        }
        return word.matches("aes\\d+[gc]cm8")
                ? word + " has an ICV of 8 bytes: take " + word.replaceFirst("8$", "16")
                : WEAK.getOrDefault(word, "");
    }

    /** Of what is configured: what it offers or accepts that its operator may not know. */
    public static List<String> findings(List<Proposal> proposals, boolean ppkRequired) {
        List<String> findings = new ArrayList<>();
        if (!ppkRequired && proposals.stream().noneMatch(Proposals::isPostQuantum)) {
            findings.add(
                    "no proposal has ML-KEM: add ke1_mlkem768 to one, or leave out proposals and post_quantum: off");
        }
        for (Proposal proposal : proposals) {
            List<String> words = List.of(Proposals.describe(List.of(proposal)).split("-", -1));
            boolean alternative = words.contains("x25519") || words.contains("ecp256");
            for (String word : words) {
                String weakness = weakness(word);
                boolean lastResort = alternative && word.equals("modp2048");
                if (!weakness.isEmpty() && !lastResort && !findings.contains(weakness)) {
                    findings.add(weakness);
                }
            }
        }
        return findings;
    }
}

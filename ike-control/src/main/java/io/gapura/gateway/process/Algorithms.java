package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciMessage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a suite in swanctl's keywords into the names by which vici lists algorithms. */
final class Algorithms {
    private static final Pattern AES = Pattern.compile("aes(\\d+)(ctr|gcm|ccm|gmac)?(\\d+)?");
    private static final Pattern SHA2 = Pattern.compile("(prf)?sha(256|384|512)");
    private static final Pattern GROUP = Pattern.compile("(ecp|modp|x|mlkem)(\\d+)(bp)?");
    private static final Pattern ADDITIONAL = Pattern.compile("(ke\\d)_(.*)");

    /** A key of vici's and the value for it. */
    private record Entry(String key, String value) {}

    private static final Map<String, Entry> FIXED = Map.of(
            "null", new Entry("encr-alg", "NULL"),
            "chacha20poly1305", new Entry("encr-alg", "CHACHA20_POLY1305"),
            "sha1", new Entry("integ-alg", "HMAC_SHA1_96"),
            "aesxcbc", new Entry("integ-alg", "AES_XCBC_96"),
            "aescmac", new Entry("integ-alg", "AES_CMAC_96"),
            "prfsha1", new Entry("prf-alg", "PRF_HMAC_SHA1"),
            "prfaesxcbc", new Entry("prf-alg", "PRF_AES128_XCBC"),
            "prfaescmac", new Entry("prf-alg", "PRF_AES128_CMAC"));

    private Algorithms() {
    }

    static void put(ViciMessage.Builder message, String suite) {
        for (String keyword : List.of(suite.split("-", -1))) {
            putOne(message, keyword);
        }
    }

    /** As {@link #put}; AES-GMAC is an integrity algorithm here. */
    static void putAh(ViciMessage.Builder message, String suite) {
        for (String keyword : List.of(suite.split("-", -1))) {
            Matcher aes = AES.matcher(keyword);
            if (aes.matches()) {
                message.put("integ-alg", "AES_" + aes.group(1) + "_GMAC");
            } else {
                putOne(message, keyword);
            }
        }
    }

    private static void putOne(ViciMessage.Builder message, String keyword) {
        Matcher aes = AES.matcher(keyword);
        Matcher sha2 = SHA2.matcher(keyword);
        Matcher group = GROUP.matcher(keyword);
        Matcher additional = ADDITIONAL.matcher(keyword);
        Entry fixed = FIXED.get(keyword);
        if (fixed != null) {
            message.put(fixed.key, fixed.value);
        } else if (aes.matches()) {
            message.put("encr-alg", cipher(aes.group(2)) + (aes.group(3) == null ? "" : "_" + aes.group(3)))
                    .put("encr-keysize", aes.group(1));
        } else if (sha2.matches() && sha2.group(1) == null) {
            int bits = Integer.parseInt(sha2.group(2));
            message.put("integ-alg", "HMAC_SHA2_" + bits + "_" + bits / 2);
        } else if (sha2.matches()) {
            message.put("prf-alg", "PRF_HMAC_SHA2_" + sha2.group(2));
        } else if (group.matches()) {
            message.put("dh-group", group(group));
        } else if (additional.matches()) {
            Matcher method = GROUP.matcher(additional.group(2));
            message.put(additional.group(1), method.matches() ? group(method) : additional.group(2));
        }
    }

    private static String cipher(@Nullable String mode) {
        if (mode == null) {
            return "AES_CBC";
        }
        return (mode.equals("gmac") ? "NULL_AES_" : "AES_") + mode.toUpperCase(Locale.ROOT);
    }

    private static String group(Matcher method) {
        String family = switch (method.group(1)) {
            case "x" -> "CURVE";
            case "mlkem" -> "ML_KEM";
            default -> method.group(1).toUpperCase(Locale.ROOT);
        };
        return family + "_" + method.group(2) + (method.group(3) == null ? "" : "_BP");
    }
}

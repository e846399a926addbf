package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciCaller;
import io.gapura.gateway.vici.ViciMessage;
import io.gapura.ike.IkeAgent;
import io.gapura.ike.crypto.IkeKeys;
import io.gapura.ike.crypto.IkeSpis;
import io.gapura.ike.crypto.IkeSuite;
import io.gapura.ike.message.Secret;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys as Wireshark's tables {@code esp_sa} and {@code ikev2_decryption_table}, a line for each direction of ESP and for each IKE
 * SA. What Wireshark cannot decrypt stands there as a comment. Control thread.
 */
final class WiresharkTables {
    private static final Pattern AES = Pattern.compile("aes(\\d+)(ctr|gcm|ccm)?(\\d+)?");
    private static final Pattern SHA2 = Pattern.compile("sha(256|384|512)");
    private static final String UNKNOWN = "# not known to Wireshark: ";
    private static final HexFormat HEX = HexFormat.of();

    private WiresharkTables() {
    }

    /** Refused unless root asks and the configuration allows it. */
    static ViciMessage export(ViciCaller caller, EspKeyLog esp, IkeAgent ike, long nowNs) {
        Audit.needRoot(caller, "exporting keys");
        List<String> espTable = new ArrayList<>();
        List<String> ikeTable = new ArrayList<>();
        esp.show(nowNs, entry -> espTable.add(espLine(entry)));
        ike.showKeys((spis, suite, keys) -> ikeTable.add(ikeLine(spis, suite, keys)));
        Audit.record(caller, "exported the keys of %d directions of ESP and %d IKE SAs".formatted(espTable.size(),
                ikeTable.size()));
        return ViciMessage.builder().put("success", "yes").put("esp_sa", espTable)
                .put("ikev2_decryption_table", ikeTable).build();
    }

    private static String espLine(EspKeyLog.Entry entry) {
        List<String> words = List.of(entry.suite().split("-", -1));
        String cipher = espCipher(words.getFirst());
        String mac = words.stream().map(WiresharkTables::espIntegrity).filter(each -> !each.isEmpty()).findFirst()
                .orElse("NULL");
        if (cipher == null) {
            return UNKNOWN + "ESP %s, SPI 0x%08x".formatted(entry.suite(), entry.spi());
        }
        int split = entry.cipherKeyBytes();
        String family = entry.source().getAddress().length == 4 ? "IPv4" : "IPv6";
        return quoted(family, entry.source().getHostAddress(), entry.destination().getHostAddress(),
                String.format(Locale.ROOT, "0x%08x", entry.spi()), cipher, "0x" + hex(entry.keys(), 0, split), mac,
                entry.keys().length() == split ? "" : "0x" + hex(entry.keys(), split, entry.keys().length()));
    }

    private static @Nullable String espCipher(String keyword) {
        Matcher aes = AES.matcher(keyword);
        if (keyword.equals("null")) {
            return "NULL";
        }
        if (!aes.matches()) {
            return null;
        }
        if (aes.group(2) == null) {
            return "AES-CBC [RFC3602]";
        }
        return switch (aes.group(2)) {
            case "gcm" -> "AES-GCM with " + aes.group(3) + " octet ICV [RFC4106]";
            case "ctr" -> "AES-CTR [RFC3686]";
            default -> null;
        };
    }

    private static String espIntegrity(String keyword) {
        Matcher sha2 = SHA2.matcher(keyword);
        if (sha2.matches()) {
            int bits = Integer.parseInt(sha2.group(1));
            return "HMAC-SHA-" + bits + "-" + bits / 2 + " [RFC4868]";
        }
        return switch (keyword) {
            case "sha1" -> "HMAC-SHA-1-96 [RFC2404]";
            case "aesxcbc", "aescmac" -> "ANY 96 bit authentication [no checking]";
            default -> "";
        };
    }

    private static String ikeLine(IkeSpis spis, IkeSuite suite, IkeKeys keys) {
        List<String> words = List.of(suite.toString().split("-", -1));
        String cipher = ikeCipher(words.getFirst());
        String mac = suite.integrity() == null ? "NONE [RFC4306]" : ikeIntegrity(suite.integrity().keyword());
        if (cipher == null || mac == null) {
            return UNKNOWN + "IKE %s, SPIs %016x %016x".formatted(suite, spis.initiator(), spis.responder());
        }
        return "%016x,%016x,%s,%s,\"%s\",%s,%s,\"%s\"".formatted(spis.initiator(), spis.responder(), hex(keys.ei()),
                hex(keys.er()), cipher, hex(keys.ai()), hex(keys.ar()), mac);
    }

    private static @Nullable String ikeCipher(String keyword) {
        Matcher aes = AES.matcher(keyword);
        if (!aes.matches()) {
            return null;
        }
        String bits = aes.group(1);
        if (aes.group(2) == null) {
            return "AES-CBC-" + bits + " [RFC3602]";
        }
        return switch (aes.group(2)) {
            case "ctr" -> "AES-CTR-" + bits + " [RFC5930]";
            default -> "AES-%s-%s with %s octet ICV [RFC5282]".formatted(aes.group(2).toUpperCase(Locale.ROOT), bits,
                    aes.group(3));
        };
    }

    private static @Nullable String ikeIntegrity(String keyword) {
        Matcher sha2 = SHA2.matcher(keyword);
        if (sha2.matches()) {
            int bits = Integer.parseInt(sha2.group(1));
            return "HMAC_SHA2_" + bits + "_" + bits / 2 + " [RFC4868]";
        }
        return keyword.equals("sha1") ? "HMAC_SHA1_96 [RFC2404]" : null;
    }

    private static String quoted(String... fields) {
        return "\"" + String.join("\",\"", fields) + "\"";
    }

    private static String hex(Secret secret) {
        return hex(secret, 0, secret.length());
    }

    private static String hex(Secret secret, int from, int to) {
        return secret.use(bytes -> HEX.formatHex(bytes, from, to));
    }
}

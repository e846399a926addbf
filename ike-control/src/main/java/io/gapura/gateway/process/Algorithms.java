package io.gapura.gateway.process;

import io.gapura.gateway.vici.ViciMessage;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a suite in swanctl's keywords into the names by which vici lists algorithms. */
final class Algorithms {
    private static final Pattern GCM = Pattern.compile("aes(\\d+)gcm16");
    private static final Pattern CBC = Pattern.compile("aes(\\d+)");
    private static final Pattern INTEGRITY = Pattern.compile("sha(\\d+)");
    private static final Pattern PRF = Pattern.compile("prfsha(\\d+)");
    private static final Pattern GROUP = Pattern.compile("(ecp|modp)(\\d+)");

    private Algorithms() {
    }

    static void put(ViciMessage.Builder message, String suite) {
        for (String keyword : List.of(suite.split("-", -1))) {
            putOne(message, keyword);
        }
    }

    private static void putOne(ViciMessage.Builder message, String keyword) {
        Matcher gcm = GCM.matcher(keyword);
        Matcher cbc = CBC.matcher(keyword);
        Matcher integrity = INTEGRITY.matcher(keyword);
        Matcher prf = PRF.matcher(keyword);
        Matcher group = GROUP.matcher(keyword);
        if (gcm.matches()) {
            message.put("encr-alg", "AES_GCM_16").put("encr-keysize", gcm.group(1));
        } else if (cbc.matches()) {
            message.put("encr-alg", "AES_CBC").put("encr-keysize", cbc.group(1));
        } else if (integrity.matches()) {
            int bits = Integer.parseInt(integrity.group(1));
            message.put("integ-alg", "HMAC_SHA2_" + bits + "_" + bits / 2);
        } else if (prf.matches()) {
            message.put("prf-alg", "PRF_HMAC_SHA2_" + prf.group(1));
        } else if (group.matches()) {
            message.put("dh-group", group.group(1).equals("ecp")
                    ? "ECP_" + group.group(2)
                    : "MODP_" + group.group(2));
        } else if (keyword.equals("x25519")) {
            message.put("dh-group", "CURVE_25519");
        }
    }
}

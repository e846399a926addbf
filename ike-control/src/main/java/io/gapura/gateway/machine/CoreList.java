package io.gapura.gateway.machine;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cores as the kernel writes them: {@code 0-3,8}. */
final class CoreList {
    private static final Pattern PART = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

    private CoreList() {
    }

    /** Those that {@code text} names; it may be empty. */
    static BitSet parse(String text) {
        BitSet cores = new BitSet();
        for (String part : List.of(text.split(",", -1))) {
            Matcher range = PART.matcher(part.strip());
            if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                cores.set(first, Math.max(first, last) + 1);
            }
        }
        return cores;
    }

    static String format(BitSet cores) {
        StringBuilder text = new StringBuilder();
        for (int first = cores.nextSetBit(0); first >= 0;) {
            int last = cores.nextClearBit(first) - 1;
            text.append(text.isEmpty() ? "" : ",").append(first).append(last > first ? "-" + last : "");
            first = cores.nextSetBit(last + 1);
        }
        return text.toString();
    }
}

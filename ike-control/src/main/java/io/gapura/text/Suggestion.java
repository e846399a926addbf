package io.gapura.text;

import java.util.Collection;
import java.util.Comparator;

/** Finds what somebody may have meant. */
public final class Suggestion {
    private static final int CLOSE_ENOUGH = 3;

    private Suggestion() {
    }

    /** {@code did you mean 'x'?}, or all the choices. */
    public static String of(String word, Collection<String> known) {
        return known.stream().filter(choice -> isClose(word, choice))
                .min(Comparator.comparingInt(choice -> distance(word, choice)))
                .map(choice -> "did you mean '" + choice + "'?")
                .orElseGet(() -> "choose from " + String.join(", ", known));
    }

    /** Whether somebody who wrote {@code word} may have meant {@code choice}. */
    public static boolean isClose(String word, String choice) {
        return distance(word, choice) <= Math.min(CLOSE_ENOUGH, word.length() / 2);
    }

    /** Levenshtein's: how many letters to add, drop or change. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}

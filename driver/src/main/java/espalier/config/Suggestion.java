package espalier.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a misspelt one was meant to be. */
final class Suggestion {
    private static final int SHORTEST_BEGINNING = 3;

    private Suggestion() {}

    /** Returns the known word that {@code given} begins, or else the nearest one if it is near enough to be what was meant. */
    static Optional<String> nearest(String given, Collection<String> known) {
        return known.stream()
                .filter(word -> given.length() >= SHORTEST_BEGINNING && word.startsWith(given))
                .findFirst()
                .or(() -> known.stream()
                        .filter(word -> isNear(given, word))
                        .min(Comparator.comparingInt(word -> distance(given, word))));
    }

    /** Returns whether at most a third of the word, and not all of it, would have to change. */
    private static boolean isNear(String given, String word) {
        int length = Math.max(given.length(), word.length());
        return distance(given, word) <= Math.max(1, (length + 1) / 3) && distance(given, word) < length;
    }

    /**
     * Returns the least number of insertions, deletions, substitutions and swaps of neighbours that turn one word into the other, whatever the
     * case of its letters (optimal string alignment, after Damerau 1964).
     */
    static int distance(String first, String second) {
        String from = first.toLowerCase(Locale.ROOT);
        String to = second.toLowerCase(Locale.ROOT);
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int substitution = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int least = Math.min(edits[i - 1][j] + 1, edits[i][j - 1] + 1);
                least = Math.min(least, edits[i - 1][j - 1] + substitution);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, edits[i - 2][j - 2] + 1);
                }
                edits[i][j] = least;
            }
        }
        return edits[from.length()][to.length()];
    }
}

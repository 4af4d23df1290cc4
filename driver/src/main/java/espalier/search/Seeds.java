package espalier.search;

import espalier.data.Fingerprint;
import java.util.HexFormat;

/** Seeds that follow from the study's root seed and a name alone: no order of execution can change them. */
final class Seeds {
    private static final int HEX_DIGITS = 15;

    private Seeds() {}

    /** The seed of the thing that the words name; never negative. */
    static long of(long root, Object... words) {
        StringBuilder text = new StringBuilder(Long.toString(root));
        for (Object word : words) {
            text.append('/').append(word);
        }
        return HexFormat.fromHexDigitsToLong(Fingerprint.of(text.toString()), 0, HEX_DIGITS);
    }
}

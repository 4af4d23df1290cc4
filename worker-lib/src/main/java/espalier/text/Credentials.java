package espalier.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that texts carry: a password inside of an address, such as {@code s3a://key:secret@bucket}, a signature behind one, and the value of a setting
 * whose name says that it is secret.
 */
public final class Credentials {
    private static final String HIDDEN = "***";

    /** A colon before digits and a slash begins a port; keys of stores may have slashes in them. */
    private static final Pattern ADDRESS = Pattern.compile("//[^\\s/@:]*:(?!\\d{1,5}/)[^\\s@]*@");

    private static final Pattern SIGNATURE = Pattern.compile(
            "(?<=[?&])(?<name>[\\w-]*(?:sig|signature|secret|password|token|key))=[^&\\s]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern SETTING = Pattern.compile(
            "(?<name>[\\w.-]*(?:secret|password|token|access[.-]?key|account[.-]key|private[.-]key)[\\w.-]*)=[^\\s,;&]+",
            Pattern.CASE_INSENSITIVE);

    private Credentials() {}

    /** Whether the text has an address with a password or a signature. */
    public static boolean areIn(String text) {
        return ADDRESS.matcher(text).find() || SIGNATURE.matcher(text).find();
    }

    /** The text with asterisks in the place of every secret that can be told from its surroundings. */
    public static String hiddenIn(String text) {
        String addresses = ADDRESS.matcher(text).replaceAll("//" + HIDDEN + "@");
        String settings = hideValues(SETTING, addresses);
        return hideValues(SIGNATURE, settings);
    }

    private static String hideValues(Pattern pattern, String text) {
        return pattern.matcher(text).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + "=" + HIDDEN));
    }
}

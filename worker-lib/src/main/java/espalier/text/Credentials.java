package espalier.text;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Secrets that texts carry: a password inside of an address, such as {@code s3a://key:secret@bucket}, a signature behind one, and the value of a setting
 * whose name says that it is secret.
 */
public final class Credentials {
    private static final String HIDDEN = "***";

    /**
     * A colon before digits and a slash begins a port, but for S3, which has none; keys of stores may have slashes and more in them. A web address may have
     * a token alone.
     */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?i)(?:(?<=\\bs3[an]?:)//[^\\s/@:]*:|//[^\\s/@:]*:(?!\\d{1,5}/))\\S*@|(?<=\\bhttps?:)//[^\\s/@]+@");

    private static final Pattern SIGNATURE = Pattern.compile(
            "(?<=[?&])(?<name>[\\w-]*(?:sig|signature|secret|password|token|key))=[^&\\s]+", Pattern.CASE_INSENSITIVE);

    private static final String NAME =
            "(?:secret|password|token|(?:access|private|account|encryption)[._-]?key|[.]sas[.])[\\w.-]*";

    /** With an equals sign; with a colon behind a quoted name, or behind one with dots, for prose has colons too. */
    private static final Pattern SETTING = Pattern.compile(
            "(?<name>[\\w.-]*" + NAME + "(?:[\"']?\\s*=|[\"']\\s*:)|[\\w-]+[.][\\w.-]*" + NAME
                    + ":)(?<space>\\s*)(?:\"[^\"]*\"|'[^']*'|[^\\s&\"']*[^\\s&\"',;])",
            Pattern.CASE_INSENSITIVE);

    private Credentials() {}

    /** Whether the text has an address with a password or a signature. */
    public static boolean areIn(String text) {
        return ADDRESS.matcher(text).find() || SIGNATURE.matcher(text).find();
    }

    /** Why a text with a secret is not taken, which is not repeated; empty where it has none. */
    public static Optional<String> refusal(String text) {
        return areIn(text)
                ? Optional.of("'" + hiddenIn(text)
                        + "' has a password or a signature inside of the address: give Spark a setting such as"
                        + " spark.hadoop.fs.s3a.secret.key in its --properties-file instead; see docs/security.md")
                : Optional.empty();
    }

    /** The text with asterisks in the place of every secret that can be told from its surroundings. */
    public static String hiddenIn(String text) {
        String addresses = ADDRESS.matcher(text).replaceAll("//" + HIDDEN + "@");
        String settings = SETTING.matcher(addresses).replaceAll("${name}${space}" + HIDDEN);
        return SIGNATURE.matcher(settings).replaceAll("${name}=" + HIDDEN);
    }
}

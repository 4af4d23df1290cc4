package espalier.config;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** Text as a YAML scalar: bare where every reader takes it for text, else in double quotes. */
final class PlainText {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z_./][A-Za-z0-9_./-]*");
    private static final Resolver RESOLVER = new Resolver();

    private PlainText() {}

    static String print(String text) {
        return SAFE.matcher(text).matches()
                        && RESOLVER.resolve(NodeId.scalar, text, true).equals(Tag.STR)
                ? text
                : quoted(text);
    }

    /** Returns the text in double quotes, on one line. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(character -> quoted.append(escaped(character)));
        return quoted.append('"').toString();
    }

    private static String escaped(int character) {
        if (character == '"' || character == '\\') {
            return "\\" + (char) character;
        }
        boolean visible = (character >= ' ' && character < 0x7f) || Character.isLetterOrDigit(character);
        return visible ? Character.toString(character) : "\\U%08x".formatted(character);
    }
}

package espalier.config;

import espalier.text.Credentials;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Parses the part of YAML that a configuration needs: one document of mappings, lists and scalars. It makes nodes and never objects; anchors,
 * aliases and tags are turned away, so a small file cannot grow into a large one, or name a Java class; and so are passwords inside of addresses.
 */
final class YamlText {
    private static final int MOST_CHARACTERS = 200_000;
    private static final int DEEPEST_NESTING = 20;

    private static final Resolver RESOLVER = new Resolver();

    private final String source;
    private final int firstLine;

    private YamlText(String source, int firstLine) {
        this.source = source;
        this.firstLine = firstLine;
    }

    /** Parses the text of a file; problems name its lines. */
    static YamlNode parseFile(String text, String fileName) {
        return new YamlText(fileName, 1).parse(text);
    }

    /** Parses a value that stands on the command line or in an annotation; problems name {@code source} alone. */
    static YamlNode parseValue(String text, String source) {
        return new YamlText(source, 0).parse(text);
    }

    private YamlNode parse(String text) {
        try {
            Parser events = parser(text);
            int documents = 0;
            while (!events.checkEvent(Event.ID.StreamEnd)) {
                Event event = events.getEvent();
                documents += event.is(Event.ID.DocumentStart) ? 1 : 0;
                refusal(event, documents).ifPresent(reason -> {
                    throw ConfigException.of(place(event.getStartMark()), reason);
                });
            }
            return documents == 0
                    ? new YamlNode.Scalar("", false, place(0))
                    : convert(new Composer(parser(text), RESOLVER, options()).getSingleNode());
        } catch (MarkedYAMLException e) {
            throw ConfigException.of(place(e.getProblemMark()), syntax(e));
        } catch (ReaderException e) {
            int line = (int) text.codePoints()
                    .limit(e.getPosition())
                    .filter(character -> character == '\n')
                    .count();
            throw ConfigException.of(
                    place(line), "has the character U+%04X, which YAML does not allow".formatted(e.getCodePoint()));
        } catch (YAMLException e) {
            throw ConfigException.of(place(0), "is not a configuration: " + e.getMessage());
        }
    }

    private static Parser parser(String text) {
        return new ParserImpl(new StreamReader(text), options());
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setNestingDepthLimit(DEEPEST_NESTING);
        return options;
    }

    private static Optional<String> refusal(Event event, int documents) {
        if (documents > 1) {
            return Optional.of("a second document begins here, must be one document: remove the ---");
        }
        if (event instanceof AliasEvent alias) {
            return Optional.of("*%s is a YAML alias, must be a value: write it out, or quote a text that begins with *"
                    .formatted(alias.getAnchor()));
        }
        if (event instanceof NodeEvent node && node.getAnchor() != null) {
            return Optional.of("&%s is a YAML anchor, must be left out: write the value where it is needed"
                    .formatted(node.getAnchor()));
        }
        if (hasTag(event)) {
            return Optional.of("a YAML tag (!) stands here, must be left out: types follow from the keys");
        }
        return Optional.empty();
    }

    private static boolean hasTag(Event event) {
        return event instanceof ScalarEvent scalar
                ? scalar.getTag() != null
                : event instanceof CollectionStartEvent start && start.getTag() != null;
    }

    private static String syntax(MarkedYAMLException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        String problem = (context + e.getProblem())
                .replaceAll("\\s*\\R\\s*|\\. \\(Do not use .*", " ")
                .strip();
        String mend = problem.contains("TAB")
                ? "; indent with spaces"
                : problem.contains("alias") || problem.contains("cannot start") ? "; put the text in quotes" : "";
        return "is not YAML at column %d: %s".formatted(e.getProblemMark().getColumn() + 1, problem + mend);
    }

    private YamlNode convert(Node node) {
        Place place = place(node.getStartMark());
        if (node instanceof ScalarNode scalar) {
            refuseSecret(scalar.getValue(), place);
            return new YamlNode.Scalar(scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN, place);
        }
        if (node instanceof SequenceNode sequence) {
            return new YamlNode.Sequence(
                    sequence.getValue().stream().map(this::convert).toList(), place);
        }
        List<NodeTuple> tuples = ((MappingNode) node).getValue();
        return new YamlNode.Mapping(tuples.stream().map(this::entry).toList(), place);
    }

    /** What a configuration holds is written to the result tables, and handed on with them. */
    private static void refuseSecret(String text, Place place) {
        Credentials.refusal(text).ifPresent(refusal -> {
            throw ConfigException.of(place, refusal);
        });
    }

    private YamlNode.Entry entry(NodeTuple tuple) {
        Place place = place(tuple.getKeyNode().getStartMark());
        if (tuple.getKeyNode() instanceof ScalarNode key) {
            return new YamlNode.Entry(key.getValue(), place, convert(tuple.getValueNode()));
        }
        throw ConfigException.of(
                place, "key " + convert(tuple.getKeyNode()).show() + " is not a word, must be one such as 'study'");
    }

    private Place place(Mark mark) {
        return place(mark.getLine());
    }

    private Place place(int lineFromZero) {
        return new Place(source, firstLine == 0 ? 0 : firstLine + lineFromZero);
    }
}

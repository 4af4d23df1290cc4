package espalier.weights;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says which tensor of a file is which parameter of a network, by patterns of names: a list of pairs, of which the first
 * that fits decides. {@code {n}} stands for a number, {@code {n+1}} on the other side for the number that follows it:
 *
 * <pre>{@code
 * {"parameters": {"layer{s}.{b}.conv{c}.weight": "stage{s}-block{b+1}-conv{c}/W"},
 *  "ignored": ["layer{s}.{b}.bn{c}.num_batches_tracked"]}
 * }</pre>
 *
 * <p>A parameter is a layer's name, a slash, and Deeplearning4j's key.
 */
public final class WeightMapping {
    private static final Pattern NUMBER = Pattern.compile("\\{([a-z]+)(?:\\+(\\d+))?}");

    /** A parameter of a network. */
    public record Target(String layer, String key) {
        @Override
        public String toString() {
            return layer + "/" + key;
        }
    }

    private record Rule(Pattern tensor, String parameter) {}

    private final List<Rule> rules;
    private final List<Pattern> ignored;

    private WeightMapping(List<Rule> rules, List<Pattern> ignored) {
        this.rules = List.copyOf(rules);
        this.ignored = List.copyOf(ignored);
    }

    /** For {@code ResidualNetworks.cifar} of any depth, from the names that are usual in PyTorch. */
    public static WeightMapping ofResidualNetworks() {
        String name = "resnet-cifar.json";
        try (InputStream in = Objects.requireNonNull(WeightMapping.class.getResourceAsStream(name), name)) {
            return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a mapping from JSON.
     *
     * @param file its name, for messages
     * @throws IllegalArgumentException if the text is not a mapping
     */
    public static WeightMapping parse(String file, String text) {
        List<Rule> rules = new ArrayList<>();
        List<Pattern> ignored = new ArrayList<>();
        try (JsonReader json = new JsonReader(new StringReader(text))) {
            json.beginObject();
            while (json.hasNext()) {
                String key = json.nextName();
                switch (key) {
                    case "parameters" -> rules.addAll(rules(json));
                    case "ignored" -> ignored.addAll(patterns(json));
                    default ->
                        throw new IllegalStateException("unknown key '" + key + "'; known are parameters and ignored");
                }
            }
            json.endObject();
        } catch (MalformedJsonException | EOFException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    "%s is not a mapping of weights (%s): give {\"parameters\": {...}, \"ignored\": [...]}"
                            .formatted(
                                    file,
                                    String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WeightMapping(rules, ignored);
    }

    private static List<Rule> rules(JsonReader json) throws IOException {
        List<Rule> rules = new ArrayList<>();
        json.beginObject();
        while (json.hasNext()) {
            rules.add(rule(json.nextName(), json.nextString()));
        }
        json.endObject();
        return rules;
    }

    private static Rule rule(String tensor, String parameter) {
        if (parameter.indexOf('/') < 0) {
            throw new IllegalStateException("'" + parameter + "' is not layer/key");
        }
        List<String> known = numbers(tensor);
        for (String number : numbers(parameter)) {
            if (!known.contains(number)) {
                throw new IllegalStateException("'" + parameter + "' has {" + number + "}, '" + tensor + "' has not");
            }
        }
        return new Rule(pattern(tensor), parameter);
    }

    private static List<Pattern> patterns(JsonReader json) throws IOException {
        List<Pattern> patterns = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            patterns.add(pattern(json.nextString()));
        }
        json.endArray();
        return patterns;
    }

    private static List<String> numbers(String name) {
        return NUMBER.matcher(name).results().map(each -> each.group(1)).toList();
    }

    private static Pattern pattern(String tensor) {
        if (numbers(tensor).stream().distinct().count() < numbers(tensor).size()) {
            throw new IllegalStateException("'" + tensor + "' has a number twice");
        }
        String quoted = Pattern.quote(tensor);
        return Pattern.compile(NUMBER.matcher(quoted).replaceAll("\\\\E(?<$1>\\\\d{1,6})\\\\Q"));
    }

    /** Whether a tensor is of no use to a network. */
    boolean ignores(String tensor) {
        return ignored.stream().anyMatch(each -> each.matcher(tensor).matches());
    }

    /** The parameter that a tensor is; empty if no rule fits. */
    Optional<Target> target(String tensor) {
        for (Rule rule : rules) {
            Matcher matcher = rule.tensor().matcher(tensor);
            if (matcher.matches()) {
                return Optional.of(target(rule, matcher));
            }
        }
        return Optional.empty();
    }

    private static Target target(Rule rule, Matcher tensor) {
        String parameter = NUMBER.matcher(rule.parameter()).replaceAll(placeholder -> {
            int added = placeholder.group(2) == null ? 0 : Integer.parseInt(placeholder.group(2));
            return String.valueOf(Integer.parseInt(tensor.group(placeholder.group(1))) + added);
        });
        int slash = parameter.lastIndexOf('/');
        return new Target(parameter.substring(0, slash), parameter.substring(slash + 1));
    }
}

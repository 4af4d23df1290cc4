package espalier.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Draws configurations that are valid, with every kind of value that a key can have. */
final class RandomConfigs {
    private static final List<String> TEXTS = List.of(
            "results",
            "a b",
            " lead",
            "trail ",
            "no",
            "~",
            "null",
            "1.5",
            "1e3",
            "a: b",
            "a #b",
            "#c",
            "*x",
            "&x",
            "!x",
            "[x",
            "{x",
            "it's",
            "say \"x\"",
            "back\\slash",
            "-",
            "- x",
            "?",
            "? x",
            "%x",
            "@x",
            "`x",
            "Größe",
            "日本",
            "\uD83D\uDE00",
            "\u2028x",
            "\uFEFFx",
            "hdfs://host:9000/x",
            "stage1.*",
            "=",
            "<<",
            ".inf",
            "0x1f",
            "2024-01-01",
            "12:30:45",
            "y",
            "'",
            "\"",
            "x,y",
            "<html>");

    private final SplittableRandom random;

    RandomConfigs(long seed) {
        this.random = new SplittableRandom(seed);
    }

    StudyConfig next() {
        return (StudyConfig) draw(StudyConfig.KEYS);
    }

    /** Draws until the checks between keys let one pass. */
    private Record draw(Section section) {
        while (true) {
            Map<String, Object> values = new LinkedHashMap<>();
            for (KeySpec key : section.keys()) {
                values.put(key.name(), key.condition().holds(values) ? value(key, values) : key.unset());
            }
            try {
                return section.construct(values);
            } catch (InvalidKeyException e) {
                // Draw again.
            }
        }
    }

    private Object value(KeySpec key, Map<String, Object> siblings) {
        if (key.name().equals("study")) {
            return "study-" + random.nextInt(1000);
        }
        if (key.name().equals("depth")) {
            return siblings.get("architecture") == NetworkConfig.Architecture.VGG_BN
                    ? List.of(11, 13, 16, 19).get(random.nextInt(4))
                    : 6 * random.nextInt(1, 200) + 2;
        }
        if (key.name().equals("first-epochs")) {
            return 2;
        }
        if (key.name().equals("epochs")) {
            return random.nextInt(2, 50);
        }
        int epochs = (int) siblings.getOrDefault("epochs", 0);
        if (key.name().equals("warmup-epochs")) {
            return random.nextInt(0, epochs + 1);
        }
        if (key.name().equals("milestones")) {
            TreeSet<Integer> milestones = new TreeSet<>();
            IntStream.rangeClosed(0, random.nextInt(3)).forEach(i -> milestones.add(random.nextInt(1, epochs)));
            return List.copyOf(milestones);
        }
        if (!key.isRequired() && random.nextInt(4) == 0 && key.content() instanceof ValueType) {
            return key.unset();
        }
        return content(key.content());
    }

    private Object content(Content content) {
        if (content instanceof Section section) {
            return draw(section);
        }
        if (content instanceof NamedValues named) {
            Map<String, Object> values = new LinkedHashMap<>();
            IntStream.range(0, random.nextInt(4)).forEach(i -> values.put(text(), single(named.value())));
            return values;
        }
        return single((ValueType) content);
    }

    private Object single(ValueType type) {
        if (type instanceof ValueType.Text) {
            return text();
        }
        if (type instanceof ValueType.Whole whole) {
            long low = (long) whole.range().low();
            long drawn = random.nextLong(low, Math.min((long) whole.range().high(), low + 100_000) + 1);
            return whole.bits() == Integer.SIZE ? (Object) (int) drawn : drawn;
        }
        if (type instanceof ValueType.Real real) {
            return number(real.range());
        }
        if (type instanceof ValueType.Flag) {
            return random.nextBoolean();
        }
        if (type instanceof ValueType.Choice choice) {
            Object[] constants = Objects.requireNonNull(choice.type().getEnumConstants());
            return constants[random.nextInt(constants.length)];
        }
        if (type instanceof ValueType.Interval interval) {
            double first = number(interval.range());
            double second = number(interval.range());
            return new Band(Math.min(first, second), Math.max(first, second));
        }
        ValueType item = ((ValueType.ListOf) type).item();
        return IntStream.rangeClosed(0, random.nextInt(5))
                .mapToObj(i -> single(item))
                .distinct()
                .toList();
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    /** Draws round and long numbers, those near the ends of the range, and the ends where they belong to it. */
    private double number(Range range) {
        double width = Math.min(range.high() - range.low(), 10);
        double[] candidates = {
            range.low(),
            range.high(),
            Math.nextUp(range.low()),
            range.low() + width * random.nextDouble(),
            range.low() + width * random.nextInt(1, 20) / 20,
            range.low() + width * Math.pow(10, -random.nextInt(12))
        };
        double drawn = candidates[random.nextInt(candidates.length)];
        return range.contains(drawn) ? drawn : number(range);
    }
}

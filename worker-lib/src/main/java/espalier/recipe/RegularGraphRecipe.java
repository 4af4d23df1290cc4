package espalier.recipe;

import java.util.List;
import java.util.Locale;

/**
 * Regular-graph pruning (arXiv 2110.15192): kernels stay where a graph joins the nodes that their channels belong to.
 *
 * @param graph in the format graph6
 * @param arrangement of the weights that stay
 * @param layers which layers are masked, and how
 */
public record RegularGraphRecipe(String graph, Arrangement arrangement, Layers layers) implements Recipe {
    static final String METHOD = "regular-graph";

    /** Where in each layer the weights that stay are. */
    public enum Arrangement {
        /** Where the graph says. */
        GRAPH,
        /** As many kernels of each layer, at random places: a control. */
        SHUFFLED,
        /** As many weights of each layer, at random places: a control. */
        SCATTERED
    }

    /**
     * Which layers are masked, and how.
     *
     * @param firstDense whether the first layer keeps all weights
     * @param lastDense whether the last layer keeps all weights
     * @param selfLoops whether every node is also joined to itself
     * @param scaled whether the first weights of a masked layer are scaled up for those that are missing
     */
    public record Layers(boolean firstDense, boolean lastDense, boolean selfLoops, boolean scaled) {
        private static final List<String> NAMES = List.of("first-dense", "last-dense", "self-loops", "scaled");

        /** As the paper has it. */
        public static final Layers STANDARD = new Layers(true, true, false, false);

        private List<Boolean> values() {
            return List.of(firstDense, lastDense, selfLoops, scaled);
        }

        private String content() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < NAMES.size(); i++) {
                text.append(values().get(i) ? "," + NAMES.get(i) : "");
            }
            return text.isEmpty() ? "plain" : text.substring(1);
        }

        private static Layers parse(String content) {
            List<String> words = List.of(content.split(",", -1));
            Layers layers = new Layers(
                    words.contains(NAMES.get(0)),
                    words.contains(NAMES.get(1)),
                    words.contains(NAMES.get(2)),
                    words.contains(NAMES.get(3)));
            if (!layers.content().equals(content)) {
                throw new IllegalArgumentException("layers of a graph are '" + content + "'; they must be 'plain', or "
                        + String.join(",", NAMES) + " in this order");
            }
            return layers;
        }
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public String content() {
        return arrangement.name().toLowerCase(Locale.ROOT) + " " + layers.content() + " " + graph;
    }

    /** The recipe of a content. */
    static RegularGraphRecipe parse(String content) {
        String[] parts = content.split(" ", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("recipe of a regular graph is '" + content
                    + "'; it must be an arrangement, layers and a graph, with spaces between");
        }
        return new RegularGraphRecipe(
                parts[2], Arrangement.valueOf(parts[0].toUpperCase(Locale.ROOT)), Layers.parse(parts[1]));
    }
}

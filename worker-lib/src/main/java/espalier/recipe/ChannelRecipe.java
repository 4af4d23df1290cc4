package espalier.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Filter pruning: how many channels each prunable channel group keeps.
 *
 * <p>A recipe is the widths that it yields, not the ratios that it was drawn from: two draws that round to the same
 * widths are the same subnetwork.
 *
 * @param widths kept channels, one for each prunable group in the network's order
 */
public record ChannelRecipe(List<Integer> widths) implements Recipe {
    static final String METHOD = "channel";

    public ChannelRecipe {
        widths = List.copyOf(widths);
        for (int width : widths) {
            if (width < 1) {
                throw new IllegalArgumentException(
                        "a recipe keeps " + width + " channels of a group; at least 1 must stay");
            }
        }
    }

    /** A recipe of the given widths. */
    public static ChannelRecipe of(int... widths) {
        return new ChannelRecipe(Arrays.stream(widths).boxed().toList());
    }

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public String content() {
        return widths.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** The recipe of a content. */
    static ChannelRecipe parse(String content) {
        return new ChannelRecipe(
                Arrays.stream(content.split(",", -1)).map(Integer::valueOf).toList());
    }

    /** The widths as an array of the caller's own. */
    public int[] toArray() {
        return widths.stream().mapToInt(Integer::intValue).toArray();
    }
}

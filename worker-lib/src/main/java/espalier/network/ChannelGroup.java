package espalier.network;

import java.util.List;

/**
 * Layers and axes that must lose the same channels: what one keep-ratio of a recipe acts on.
 *
 * @param name the first layer that produces its channels
 * @param width number of units, the channels that can be kept or removed one by one
 * @param firstUnit number of its first unit; its units are {@code firstUnit .. firstUnit + width - 1}
 * @param producers the convolution and dense layers that make its channels, in the network's order
 * @param area mean number of positions (H*W) of its producers' outputs
 * @param frozenBecause why it is never pruned; empty for a prunable group
 */
public record ChannelGroup(
        String name, int width, int firstUnit, List<String> producers, double area, String frozenBecause) {
    public ChannelGroup {
        producers = List.copyOf(producers);
        if (width < 1) {
            throw new IllegalArgumentException("channel group '" + name + "' has width " + width + "; at least 1");
        }
    }

    /** Whether a unit is one of its own. */
    public boolean contains(int unit) {
        return unit >= firstUnit && unit < firstUnit + width;
    }

    public boolean prunable() {
        return frozenBecause.isEmpty();
    }
}

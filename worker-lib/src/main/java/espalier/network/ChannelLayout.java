package espalier.network;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which unit of which channel group stands at each channel of a tensor.
 *
 * <p>A unit is a set of channels, over the whole network, that are kept or removed together. After a flatten a unit
 * stands at H*W positions in a row; after a concatenation of a tensor with itself it stands at two places.
 */
public final class ChannelLayout {
    private final int[] units;

    ChannelLayout(int[] units) {
        this.units = units;
    }

    /** Number of channels of the unpruned tensor. */
    public int channels() {
        return units.length;
    }

    /** The unit at a channel. */
    public int unit(int channel) {
        return units[channel];
    }

    /** Positions of this tensor's channels that stay when only {@code keptUnits} stay, ascending. */
    public int[] keptChannels(BitSet keptUnits) {
        int[] kept = new int[units.length];
        int count = 0;
        for (int channel = 0; channel < units.length; channel++) {
            if (keptUnits.get(units[channel])) {
                kept[count++] = channel;
            }
        }
        return Arrays.copyOf(kept, count);
    }
}

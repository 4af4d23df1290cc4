package espalier.mask;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * Which weights of one layer stay. Immutable and safe for many threads.
 */
public final class LayerMask {
    private final MaskableLayer layer;
    private final BitSet kept;

    private LayerMask(MaskableLayer layer, BitSet kept) {
        this.layer = layer;
        this.kept = kept;
    }

    /**
     * A mask of single weights.
     *
     * @param kept by the numbers of {@link MaskableLayer}
     */
    public static LayerMask ofWeights(MaskableLayer layer, BitSet kept) {
        if (kept.length() > layer.weights()) {
            throw new IllegalArgumentException("the mask of layer '" + layer.name() + "' keeps weight "
                    + (kept.length() - 1) + "; the layer has weights 0 to " + (layer.weights() - 1));
        }
        return new LayerMask(layer, (BitSet) kept.clone());
    }

    /**
     * A mask of whole kernels.
     *
     * @param keepsPair whether the pair {@code output * inputs + input} stays
     */
    public static LayerMask ofKernels(MaskableLayer layer, IntPredicate keepsPair) {
        BitSet kept = new BitSet(layer.weights());
        for (int pair = 0; pair < layer.pairs(); pair++) {
            if (keepsPair.test(pair)) {
                kept.set(pair * layer.positions(), (pair + 1) * layer.positions());
            }
        }
        return new LayerMask(layer, kept);
    }

    /** As many whole kernels, drawn at random; of a mask that cuts kernels up, as many weights. */
    public LayerMask shuffled(SplittableRandom random) {
        BitSet pairs = new BitSet(layer.pairs());
        for (int pair = 0; pair < layer.pairs(); pair++) {
            int weights = kept.get(pair * layer.positions(), (pair + 1) * layer.positions())
                    .cardinality();
            if (weights != 0 && weights != layer.positions()) {
                return scattered(random);
            }
            pairs.set(pair, weights > 0);
        }
        BitSet drawn = draw(pairs.cardinality(), layer.pairs(), random);
        return ofKernels(layer, drawn::get);
    }

    /** As many single weights, drawn at random. */
    public LayerMask scattered(SplittableRandom random) {
        return new LayerMask(layer, draw(kept.cardinality(), layer.weights(), random));
    }

    /** So many of the numbers below a limit, every choice with the same probability. */
    private static BitSet draw(int count, int limit, SplittableRandom random) {
        BitSet drawn = new BitSet(limit);
        // Floyd: for each of the last count numbers, itself or an earlier one.
        for (int number = limit - count; number < limit; number++) {
            int candidate = random.nextInt(number + 1);
            drawn.set(drawn.get(candidate) ? number : candidate);
        }
        return drawn;
    }

    public MaskableLayer layer() {
        return layer;
    }

    /** Whether a weight stays, by the numbers of {@link MaskableLayer}. */
    public boolean keeps(int weight) {
        return kept.get(weight);
    }

    /** Weights that stay. */
    public int keptWeights() {
        return kept.cardinality();
    }

    /** Share of the layer's weights that stay. */
    public double density() {
        return (double) keptWeights() / layer.weights();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerMask mask && layer.equals(mask.layer) && kept.equals(mask.kept);
    }

    @Override
    public int hashCode() {
        return 31 * layer.hashCode() + kept.hashCode();
    }

    @Override
    public String toString() {
        return layer.name() + ": " + keptWeights() + " of " + layer.weights() + " weights";
    }
}

package espalier.cost;

/**
 * What a network costs for one input. Convolution and dense layers count; batch normalization, activations and pooling
 * do not (the convention of the published ResNet figures).
 *
 * @param macs multiply-adds of the weights; the project's FLOPs are these
 * @param parameters weights and biases of convolution and dense layers
 * @param activations output elements of convolution and dense layers
 */
public record Complexity(long macs, long parameters, long activations) {
    public Complexity {
        if (macs < 1 || parameters < 1 || activations < 1) {
            throw new IllegalArgumentException("complexity is " + macs + " MACs, " + parameters + " parameters, "
                    + activations + " activations; each must be at least 1");
        }
    }

    /** Multiply-adds that a parameter takes part in on average: the parameter-weighted mean of layers' output areas. */
    public double flopsToParameters() {
        return (double) macs / parameters;
    }

    /** Share of the original's multiply-adds that is left. */
    public double flopsKept(Complexity original) {
        return (double) macs / original.macs;
    }

    /** Share of the original's parameters that is left. */
    public double parametersKept(Complexity original) {
        return (double) parameters / original.parameters;
    }

    /**
     * Mean computation budget: FLOPs per parameter relative to the original's, whose own is 1 (network pruning spaces,
     * arXiv 2304.09453; a reconstruction).
     */
    public double meanComputationBudget(Complexity original) {
        return flopsToParameters() / original.flopsToParameters();
    }
}

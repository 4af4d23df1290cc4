package espalier.cost;

/**
 * What a network costs for one input. Convolution and dense layers count; batch normalization, activations and pooling
 * do not (the convention of the published ResNet figures).
 *
 * @param macs multiply-adds of the weights; the project's FLOPs are these
 * @param parameters weights and biases of convolution and dense layers
 * @param activations output elements of convolution and dense layers
 * @param milliseconds predicted by a {@link LatencyTable}; 0 where there is none
 */
public record Complexity(long macs, long parameters, long activations, double milliseconds) {
    public Complexity {
        if (macs < 1 || parameters < 1 || activations < 1) {
            throw new IllegalArgumentException("complexity is " + macs + " MACs, " + parameters + " parameters, "
                    + activations + " activations; each must be at least 1");
        }
    }

    /** A cost without a prediction of latency. */
    public Complexity(long macs, long parameters, long activations) {
        this(macs, parameters, activations, 0);
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

    /** Share of the original's predicted latency that is left; 1 where nothing is predicted. */
    public double latencyKept(Complexity original) {
        return original.milliseconds > 0 ? milliseconds / original.milliseconds : 1;
    }

    /**
     * Mean computation budget: FLOPs per parameter relative to the original's, whose own is 1 (network pruning spaces,
     * arXiv 2304.09453; a reconstruction).
     */
    public double meanComputationBudget(Complexity original) {
        return flopsToParameters() / original.flopsToParameters();
    }
}

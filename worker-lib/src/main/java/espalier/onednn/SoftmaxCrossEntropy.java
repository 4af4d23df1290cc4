package espalier.onednn;

/** The loss of an output layer, for a batch of logits {@code [N, classes]}. */
final class SoftmaxCrossEntropy {
    /** A probability below this counts as this, so that its logarithm stays finite. */
    static final double SMALLEST = 1e-10;

    private SoftmaxCrossEntropy() {}

    /**
     * Replaces logits by their gradient, summed over the batch.
     *
     * @param logits {@code [N, classes]}; then the gradient
     * @param targets {@code [N, classes]}, each row with the sum 1
     * @return the mean loss of an example, in nats
     */
    static double differentiate(float[] logits, float[] targets, int classes) {
        double loss = 0;
        for (int row = 0; row < logits.length; row += classes) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = row; i < row + classes; i++) {
                largest = Math.max(largest, logits[i]);
            }
            double sum = 0;
            for (int i = row; i < row + classes; i++) {
                sum += Math.exp(logits[i] - largest);
            }
            for (int i = row; i < row + classes; i++) {
                double probability = Math.exp(logits[i] - largest) / sum;
                double clipped = Math.min(Math.max(probability, SMALLEST), 1 - SMALLEST);
                loss -= targets[i] * Math.log(clipped);
                logits[i] = (float) (probability - targets[i]);
            }
        }
        return loss * classes / logits.length;
    }
}

package espalier.train;

/**
 * How far a training has come, beside the weights themselves: with both it goes on as if it had never stopped.
 *
 * @param epochs done
 * @param velocity of gradient descent with momentum, one number for each parameter; empty before the first epoch
 * @param loss mean cross-entropy over the last epoch, in nats; 0 before the first one
 */
@SuppressWarnings("ArrayRecordComponent") // handed on as it is; never compared
public record TrainingState(int epochs, float[] velocity, double loss) {
    /** Nothing done yet. */
    public static final TrainingState START = new TrainingState(0, new float[0], 0);
}

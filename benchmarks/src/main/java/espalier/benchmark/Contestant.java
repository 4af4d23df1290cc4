package espalier.benchmark;

/** A way to train a network and to infer with it, on images of its own. */
interface Contestant {
    /** Images of one step of training. */
    int BATCH = 64;

    /**
     * Trains by stochastic gradient descent with Nesterov momentum and weight decay.
     *
     * @param batches number of steps
     */
    void train(int batches);

    /**
     * Infers.
     *
     * @param batches of as many images as a step of training has
     */
    void infer(int batches);
}

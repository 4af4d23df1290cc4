package espalier.onednn;

/** An operation's part of both passes of a training step. */
interface TrainingNode extends Node {

    /** Makes what compiles an operation. */
    static TrainingNode of(Operation operation, CompilationContext context) {
        if (operation instanceof Operation.Convolution convolution) {
            return new LinearNode(convolution, new ConvolutionPasses(convolution, context), context);
        } else if (operation instanceof Operation.Dense dense) {
            return new LinearNode(dense, new DensePasses(dense, context), context);
        } else if (operation instanceof Operation.BatchNorm norm) {
            return new BatchNormNode(norm, context);
        } else if (operation instanceof Operation.Activation activation) {
            return new ActivationNode(activation, context);
        } else if (operation instanceof Operation.Sum sum) {
            return new SumNode(sum, context);
        } else if (operation instanceof Operation.Pooling pooling) {
            return new PoolingNode(pooling, context);
        } else if (operation instanceof Operation.Placement placement) {
            return new PlacementNode(placement, context);
        }
        throw new IllegalArgumentException("not an operation of training: " + operation);
    }

    /** Emits what computes the gradients of inputs and parameters of that of the output. */
    void backward();
}

package espalier.onednn;

/** A sum of two values in training, with the rectifier behind it if there is one. */
final class SumNode implements TrainingNode {
    private final Operation.Sum operation;
    private final CompilationContext context;
    private final Emitter emitter;

    SumNode(Operation.Sum operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
    }

    @Override
    public void forward() {
        Tensor left = context.value(operation.left());
        Tensor sum = emitter.allocate(left.layout());
        emitter.add(left, context.value(operation.right()), sum, operation.relu());
        context.define(operation.output(), sum);
    }

    @Override
    public void backward() {
        Tensor gradient = context.takeGradient(operation.output());
        if (operation.relu()) {
            gradient = ActivationNode.differentiate(
                    emitter, Operation.Activation.Function.RELU, context.value(operation.output()), gradient);
        }
        handOn(operation.left(), gradient);
        handOn(operation.right(), gradient);
        gradient.release();
    }

    private void handOn(Value input, Tensor gradient) {
        if (context.needsGradient(input)) {
            context.addGradient(input, emitter.in(context.value(input).layout(), gradient));
        }
    }
}

package espalier.keras;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Ends a network with layers that have a loss, as Deeplearning4j wants it; Keras keeps the loss apart. */
final class NetworkEnd {
    private final GraphSketch sketch;
    private final boolean lossOfLogits;
    private final List<String> notes;
    private final Set<String> outputs = new HashSet<>();

    /**
     * @param lossOfLogits whether the network was trained with a loss that takes the softmax itself
     * @param notes gets what is not as in the file
     */
    NetworkEnd(GraphSketch sketch, boolean lossOfLogits, List<String> notes) {
        this.sketch = sketch;
        this.lossOfLogits = lossOfLogits;
        this.notes = notes;
    }

    /** Closes every output; gives the names of the layers that are the graph's outputs then, in order. */
    List<String> close(List<Features> outputs) {
        outputs.forEach(output -> this.outputs.add(output.vertex()));
        List<String> names = new ArrayList<>();
        outputs.stream().distinct().forEach(output -> names.add(close(output)));
        return names;
    }

    private String close(Features output) {
        if (!output.inKerasOrder()) {
            throw new IllegalArgumentException(
                    "output '" + output.vertex() + "' is a flattened image; end the network with a dense layer");
        }
        String last = output.vertex();
        if (sketch.readers(last) == 0
                && sketch.layer(last) instanceof ActivationLayer activation
                && loss(activation.getActivationFn()) != LossFunction.MSE) {
            String before = sketch.inputs(last).get(0);
            boolean alone = sketch.readers(before) == 1 && !outputs.contains(before);
            return close(last, before, activation.getActivationFn(), output.flat(), alone);
        }
        boolean logits = lossOfLogits && output.flat();
        String end = sketch.derivedName(last, logits ? "softmax" : "loss");
        notes.add(
                logits
                        ? "output '%s' gets the softmax that its loss has taken".formatted(last)
                        : "output '%s' has no softmax: its loss is the mean squared error".formatted(last));
        IActivation function = logits ? new ActivationSoftmax() : new ActivationIdentity();
        return close(end, last, function, output.flat(), sketch.readers(last) == 0);
    }

    /**
     * Puts a loss behind a layer; a dense layer becomes the classifier itself.
     *
     * @param alone whether nothing else needs what is before the end
     */
    private String close(String end, String before, IActivation function, boolean flat, boolean alone) {
        LossFunction loss = loss(function);
        if (alone && loss == LossFunction.MCXENT && sketch.layer(before) instanceof DenseLayer dense) {
            OutputLayer classifier = new OutputLayer.Builder(loss)
                    .nIn(dense.getNIn())
                    .nOut(dense.getNOut())
                    .hasBias(dense.hasBias())
                    .activation(function)
                    .build();
            return sketch.add(before, classifier, sketch.inputs(before).get(0), sketch.weights(before));
        }
        return sketch.add(
                end,
                flat
                        ? new LossLayer.Builder(loss).activation(function).build()
                        : new CnnLossLayer.Builder(loss).activation(function).build(),
                before);
    }

    private static LossFunction loss(IActivation function) {
        if (function instanceof ActivationSoftmax) {
            return LossFunction.MCXENT;
        }
        return function instanceof ActivationSigmoid ? LossFunction.XENT : LossFunction.MSE;
    }
}

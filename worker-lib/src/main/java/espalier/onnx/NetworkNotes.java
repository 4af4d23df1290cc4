package espalier.onnx;

import espalier.onnx.Operation.Affine;
import espalier.onnx.Operation.ChannelPadding;
import espalier.onnx.Operation.Convolution;
import java.util.ArrayList;
import java.util.List;

/** What a user should know about a network that was read. */
final class NetworkNotes {
    private NetworkNotes() {}

    /** One line for each, about the simplified network that ends in a step. */
    static List<String> of(Step logits) {
        List<String> notes = new ArrayList<>();
        for (Step step : logits.order()) {
            if (step.operation() instanceof Convolution convolution
                    && convolution.groups() > 1
                    && convolution.groups() < step.input().channels()) {
                notes.add(
                        "'%s' is a convolution in %d groups; it is built as %d convolutions of a part of the channels each"
                                .formatted(step.label(), convolution.groups(), convolution.groups()));
            }
            if (step.operation() instanceof Affine affine && affine.scale().length + affine.shift().length > 2) {
                notes.add(
                        step.isImage()
                                ? "'%s' scales or shifts each channel by a constant; it is built as a depthwise 1x1 convolution"
                                        .formatted(step.label())
                                : "'%s' scales or shifts each feature by a constant; it is built as a batch normalization, which training would change"
                                        .formatted(step.label()));
            }
            if (step.operation() instanceof ChannelPadding) {
                notes.add("'%s' pads channels with zeros, but no sum follows; they are built from its input"
                        .formatted(step.label()));
            }
        }
        return notes;
    }
}

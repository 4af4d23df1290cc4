package espalier.onnx;

import espalier.onnx.Operation.BatchNormalization;
import espalier.onnx.Operation.Convolution;
import espalier.onnx.Operation.Dense;
import espalier.onnx.Operators.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators with weights. */
final class LayerOperators {
    static final Map<String, Operator> ALL = Map.of(
            "Conv", LayerOperators::convolution,
            "Gemm", LayerOperators::gemm,
            "MatMul", LayerOperators::matMul,
            "BatchNormalization", LayerOperators::batchNormalization);

    private LayerOperators() {}

    private static List<Value> convolution(OnnxNode node) {
        Step input = node.image(0);
        Constant weights = node.weights(1);
        int[] dims = weights.dims();
        long groups = node.integer("group", 1);
        if (dims.length != 4
                || groups < 1
                || dims[1] * groups != input.channels()
                || dims[0] % groups != 0
                || weights.size() == 0) {
            throw node.refusal("has weights of shape %s and %d groups, which do not fit an input of %d channels"
                    .formatted(Arrays.toString(dims), groups, input.channels()));
        }
        int[] kernel = {dims[2], dims[3]};
        if (!Arrays.equals(node.window("kernel_shape", 1, kernel), kernel)) {
            throw node.refusal("has a kernel_shape other than its weights' " + Arrays.toString(kernel));
        }
        Window window = PoolingOperators.slide(node, kernel, input);
        Convolution convolution = new Convolution(dims[0], (int) groups, window, weights.floats(), bias(node, dims[0]));
        int[] output = {dims[0], window.outputs(0, input.height()), window.outputs(1, input.width())};
        return List.of(new Step(node.label(), convolution, output, input));
    }

    private static float @Nullable [] bias(OnnxNode node, int outputs) {
        return node.has(2) ? node.weights(2, outputs) : null;
    }

    private static List<Value> gemm(OnnxNode node) {
        node.require("transA", 0, 0);
        boolean transposed = node.integer("transB", 0) != 0;
        float alpha = node.number("alpha", 1);
        float beta = node.number("beta", 1);
        Constant weights = node.weights(1);
        if (weights.rank() != 2) {
            throw node.refusal("has weights of shape " + Arrays.toString(weights.dims()) + "; two axes are needed");
        }
        Step dense = dense(node, transposed ? weights.transposed(new int[] {1, 0}) : weights, alpha);
        if (!node.has(2)) {
            return List.of(dense);
        }
        Constant bias = node.weights(2);
        float[] values = new float[dense.channels()];
        if (bias.size() == 1) {
            Arrays.fill(values, beta * bias.floats()[0]);
        } else {
            values = scaled(node.weights(2, dense.channels()), beta);
        }
        Dense layer = (Dense) dense.operation();
        return List.of(new Step(
                dense.label(), new Dense(layer.outputs(), layer.weights(), values), dense.dims(), dense.inputs()));
    }

    private static List<Value> matMul(OnnxNode node) {
        return List.of(dense(node, node.weights(1), 1));
    }

    private static Step dense(OnnxNode node, Constant weights, float scale) {
        Step input = node.vector(0);
        int[] dims = weights.dims();
        if (dims.length != 2 || dims[0] != input.channels() || dims[1] < 1) {
            throw node.refusal("has weights of shape %s, which do not fit an input of %d features"
                    .formatted(Arrays.toString(dims), input.channels()));
        }
        Dense layer = new Dense(dims[1], scaled(weights.floats(), scale), null);
        return new Step(node.label(), layer, new int[] {dims[1]}, input);
    }

    private static float[] scaled(float[] values, float scale) {
        if (scale == 1) {
            return values;
        }
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = scale * values[i];
        }
        return scaled;
    }

    private static List<Value> batchNormalization(OnnxNode node) {
        node.require("training_mode", 0, 0);
        if (node.outputs() > 1) {
            throw node.refusal(
                    "has %d outputs, as in training; export the network for inference".formatted(node.outputs()));
        }
        node.require("spatial", 1, 1);
        Step input = node.step(0);
        int channels = input.channels();
        if (!input.isImage()) {
            node.vector(0);
        }
        float[] variance = node.weights(4, channels);
        for (float value : variance) {
            if (value < 0) {
                throw node.refusal("has the variance " + value + "; it cannot be negative");
            }
        }
        BatchNormalization norm = new BatchNormalization(
                node.weights(1, channels),
                node.weights(2, channels),
                node.weights(3, channels),
                variance,
                node.number("epsilon", 1e-5f),
                node.number("momentum", 0.9f));
        return List.of(new Step(node.label(), norm, input.dims(), input));
    }
}

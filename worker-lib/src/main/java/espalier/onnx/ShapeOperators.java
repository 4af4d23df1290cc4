package espalier.onnx;

import espalier.onnx.Operation.Reshape;
import espalier.onnx.Operators.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import onnx.Onnx.TensorProto.DataType;

/** Operators that leave the values of each example as they are, and in their order. */
final class ShapeOperators {
    static final Map<String, Operator> ALL = Map.of(
            "Flatten", ShapeOperators::flatten,
            "Reshape", ShapeOperators::reshape,
            "Squeeze", ShapeOperators::squeeze,
            "Unsqueeze", ShapeOperators::unsqueeze,
            "Transpose", ShapeOperators::transpose,
            "Shape", ShapeOperators::shape,
            "Identity", node -> List.of(node.step(0)),
            "Dropout", ShapeOperators::dropout,
            "Cast", ShapeOperators::cast);

    private ShapeOperators() {}

    private static List<Value> reshaped(OnnxNode node, Step input, int[] dims) {
        return List.of(new Step(node.label(), new Reshape(), dims, input));
    }

    private static List<Value> flatten(OnnxNode node) {
        Step input = node.step(0);
        int axis = node.axis(node.integer("axis", 1), input.dims().length + 1);
        if (axis != 1) {
            throw node.refusal("has axis " + axis + "; only axis 1, which keeps the batch, is supported");
        }
        return reshaped(node, input, new int[] {input.size()});
    }

    private static List<Value> reshape(OnnxNode node) {
        Step input = node.step(0);
        boolean zeroIsZero = node.integer("allowzero", 0) != 0;
        Constant target = node.constant(1);
        long[] shape = target.integers();
        if (!target.isInteger() || shape.length < 2 || !isBatch(node, shape[0])) {
            throw refusal(node, shape, input);
        }
        int[] dims = new int[shape.length - 1];
        long known = 1;
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            long extent = shape[i + 1];
            if (extent == 0 && !zeroIsZero && i < input.dims().length) {
                extent = input.dims()[i];
            }
            if (extent == -1 && open < 0 && shape[0] != -1) {
                open = i;
            } else if (extent < 1 || (known *= extent) > input.size()) {
                throw refusal(node, shape, input);
            } else {
                dims[i] = (int) extent;
            }
        }
        if (open >= 0) {
            dims[open] = (int) (input.size() / known);
            known *= dims[open];
        }
        if (known != input.size()) {
            throw refusal(node, shape, input);
        }
        return reshaped(node, input, dims);
    }

    /** Whether a shape's first extent leaves the batch as it is. */
    private static boolean isBatch(OnnxNode node, long extent) {
        return extent == Constant.BATCH
                || extent == 0
                || extent == -1
                || extent == (node.batch() < 0 ? 1 : node.batch());
    }

    private static IllegalArgumentException refusal(OnnxNode node, long[] shape, Step input) {
        return node.refusal(
                "gives %s of one example the shape %s with the batch; only shapes that keep the batch apart are"
                                .formatted(
                                        Arrays.toString(input.dims()),
                                        Arrays.toString(shape).replace(Long.toString(Constant.BATCH), "batch"))
                        + " supported");
    }

    private static List<Value> squeeze(OnnxNode node) {
        Step input = node.step(0);
        int[] dims = input.dims();
        long[] axes = node.integers("axes", 1);
        TreeSet<Integer> dropped = new TreeSet<>();
        if (axes == null) {
            IntStream.range(0, dims.length).filter(axis -> dims[axis] == 1).forEach(dropped::add);
        } else {
            Arrays.stream(axes).forEach(axis -> dropped.add(node.axis(axis, dims.length + 1) - 1));
        }
        boolean batchGoes = dropped.contains(-1) || (axes == null && node.batch() == 1);
        if (batchGoes || dropped.stream().anyMatch(axis -> dims[axis] != 1)) {
            throw node.refusal("drops axes of a tensor of %s for one example that are not of extent 1, or the batch"
                    .formatted(Arrays.toString(dims)));
        }
        int[] kept = IntStream.range(0, dims.length)
                .filter(axis -> !dropped.contains(axis))
                .map(axis -> dims[axis])
                .toArray();
        return reshaped(node, input, kept);
    }

    private static List<Value> unsqueeze(OnnxNode node) {
        Step input = node.step(0);
        long[] axes = node.integers("axes", 1);
        if (axes == null) {
            throw node.refusal("has no axes");
        }
        int rank = input.dims().length + 1 + axes.length;
        TreeSet<Integer> added = new TreeSet<>();
        Arrays.stream(axes).forEach(axis -> added.add(node.axis(axis, rank) - 1));
        if (added.contains(-1) || added.size() != axes.length) {
            throw node.refusal("adds axes %s; those behind the batch are supported".formatted(Arrays.toString(axes)));
        }
        int[] dims = new int[rank - 1];
        for (int axis = 0, next = 0; axis < dims.length; axis++) {
            dims[axis] = added.contains(axis) ? 1 : input.dims()[next++];
        }
        return reshaped(node, input, dims);
    }

    private static List<Value> transpose(OnnxNode node) {
        Step input = node.step(0);
        int rank = input.dims().length + 1;
        long[] order = node.integers("perm");
        int[] axes = ConstantFolder.permutation(node, order, rank);
        int[] moved = Arrays.stream(axes).skip(1).map(axis -> axis - 1).toArray();
        int[] wide = Arrays.stream(moved)
                .filter(axis -> axis >= 0 && input.dims()[axis] > 1)
                .toArray();
        if (axes[0] != 0 || !Arrays.equals(wide, Arrays.stream(wide).sorted().toArray())) {
            throw node.refusal("has perm %s on %s of one example; only orders that leave the values where they are, and"
                            .formatted(Arrays.toString(axes), Arrays.toString(input.dims()))
                    + " one of the image itself to [N, C, H, W], are supported");
        }
        return reshaped(
                node,
                input,
                Arrays.stream(moved).map(axis -> input.dims()[axis]).toArray());
    }

    private static List<Value> shape(OnnxNode node) {
        int[] dims = node.step(0).dims();
        long[] shape = new long[dims.length + 1];
        shape[0] = Constant.BATCH;
        for (int axis = 0; axis < dims.length; axis++) {
            shape[axis + 1] = dims[axis];
        }
        int start = bound(node.integer("start", 0), shape.length);
        int end = bound(node.integer("end", shape.length), shape.length);
        return List.of(Constant.ofIntegers(Arrays.copyOfRange(shape, start, Math.max(start, end))));
    }

    private static int bound(long index, int rank) {
        return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
    }

    private static List<Value> dropout(OnnxNode node) {
        node.number("ratio", 0.5f);
        node.integer("seed", 0);
        return List.of(node.step(0));
    }

    private static List<Value> cast(OnnxNode node) {
        long type = node.integer("to", 0);
        if (type != DataType.FLOAT_VALUE) {
            throw node.refusal("turns the image's tensors into type " + DataType.forNumber((int) type)
                    + "; only FLOAT is supported");
        }
        return List.of(node.step(0));
    }
}

package espalier.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Works out operators that read constants alone: the arithmetic of shapes that exporters leave behind, and small changes
 * of weights. What grows is counted, so that a small file cannot ask for a large memory.
 */
final class ConstantFolder {
    private static final long MAX_GROWN_ELEMENTS = 1L << 28;

    private final Map<String, Function<OnnxNode, Constant>> operators = new HashMap<>();
    private long grown;

    ConstantFolder() {
        operators.put("Constant", ConstantFolder::constant);
        operators.put("Identity", node -> node.constant(0));
        operators.put("Shape", ConstantFolder::shape);
        operators.put("ConstantOfShape", this::constantOfShape);
        operators.put("Cast", this::cast);
        operators.put("Reshape", ConstantFolder::reshape);
        operators.put("Flatten", ConstantFolder::flatten);
        operators.put("Squeeze", ConstantFolder::squeeze);
        operators.put("Unsqueeze", ConstantFolder::unsqueeze);
        operators.put("Transpose", this::transpose);
        operators.put("Concat", this::concat);
        operators.put("Gather", this::gather);
        operators.put("Slice", this::slice);
        operators.put("Add", node -> arithmetic(node, Math::addExact, (a, b) -> a + b));
        operators.put("Sub", node -> arithmetic(node, Math::subtractExact, (a, b) -> a - b));
        operators.put("Mul", node -> arithmetic(node, Math::multiplyExact, (a, b) -> a * b));
        operators.put("Div", node -> arithmetic(node, (a, b) -> a / b, (a, b) -> a / b));
        operators.put("Sqrt", node -> mapped(node, Math::sqrt));
        operators.put("Floor", node -> mapped(node, Math::floor));
        operators.put("Ceil", node -> mapped(node, Math::ceil));
        operators.put("Reciprocal", node -> mapped(node, value -> 1 / value));
    }

    /**
     * Works an operator out.
     *
     * @return null if it is not one that can be
     * @throws IllegalArgumentException if its inputs do not fit, or it computes with the batch size
     */
    @Nullable
    Constant fold(OnnxNode node) {
        Function<OnnxNode, Constant> operator = operators.get(node.type());
        if (operator == null) {
            return null;
        }
        try {
            return operator.apply(node);
        } catch (ArithmeticException e) {
            throw node.refusal("cannot be worked out: " + e.getMessage());
        }
    }

    private long checkGrowth(OnnxNode node, long elements) {
        grown += elements;
        if (elements < 0 || grown > MAX_GROWN_ELEMENTS) {
            throw node.refusal("makes constants of more than %d values".formatted(MAX_GROWN_ELEMENTS));
        }
        return elements;
    }

    private long product(OnnxNode node, long[] shape) {
        long product = 1;
        for (long extent : shape) {
            if (extent < 0 || extent > MAX_GROWN_ELEMENTS || product > MAX_GROWN_ELEMENTS) {
                throw node.refusal("has shape " + Arrays.toString(shape) + ", which is not supported");
            }
            product *= extent;
        }
        return product;
    }

    private static int[] narrow(long[] shape) {
        return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    }

    private static Constant constant(OnnxNode node) {
        if (node.hasAttribute("value")) {
            return node.tensor("value");
        }
        if (node.hasAttribute("value_float")) {
            return Constant.ofFloats(new int[0], new float[] {node.number("value_float", 0)});
        }
        if (node.hasAttribute("value_int")) {
            return Constant.ofIntegers(new int[0], new long[] {node.integer("value_int", 0)});
        }
        long[] integers = node.integers("value_ints");
        if (integers == null) {
            throw node.refusal("has no value of a supported type");
        }
        return Constant.ofIntegers(integers);
    }

    private static Constant shape(OnnxNode node) {
        return Constant.ofIntegers(
                Arrays.stream(node.constant(0).dims()).asLongStream().toArray());
    }

    private Constant constantOfShape(OnnxNode node) {
        long[] shape = node.constant(0).integers();
        int size = (int) checkGrowth(node, product(node, shape));
        Constant value =
                node.hasAttribute("value") ? node.tensor("value") : Constant.ofFloats(new int[] {1}, new float[] {0});
        if (value.size() != 1) {
            throw node.refusal("has a value of shape " + Arrays.toString(value.dims()) + "; one number is needed");
        }
        return value.at(narrow(shape), new int[size]);
    }

    private Constant cast(OnnxNode node) {
        Constant input = node.constant(0);
        checkGrowth(node, input.size());
        DataType type = DataType.forNumber((int) node.integer("to", 0));
        return switch (Objects.requireNonNullElse(type, DataType.UNDEFINED)) {
            case FLOAT, DOUBLE -> {
                if (input.isInteger() && LongStream.of(input.integers()).anyMatch(value -> value == Constant.BATCH)) {
                    throw node.refusal("computes with the batch size, which is not supported");
                }
                yield Constant.ofFloats(input.dims(), input.floats());
            }
            case INT64, INT32 -> Constant.ofIntegers(input.dims(), input.integers());
            default -> throw node.refusal("turns a constant into type " + type + ", which is not supported");
        };
    }

    // ---- Shapes.

    private static Constant reshape(OnnxNode node) {
        Constant input = node.constant(0);
        long[] shape = node.constant(1).integers().clone();
        node.require("allowzero", 0, 0);
        long known = 1;
        int open = -1;
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] == 0 && axis < input.rank()) {
                shape[axis] = input.dims()[axis];
            }
            if (shape[axis] == -1 && open < 0) {
                open = axis;
            } else {
                known = Math.multiplyExact(known, shape[axis]);
            }
        }
        if (open >= 0 && known > 0) {
            shape[open] = input.size() / known;
            known *= shape[open];
        }
        if (known != input.size() || Arrays.stream(shape).anyMatch(extent -> extent < 0)) {
            throw node.refusal("gives a constant of shape %s the shape %s"
                    .formatted(Arrays.toString(input.dims()), Arrays.toString(shape)));
        }
        return input.reshaped(narrow(shape));
    }

    private static Constant flatten(OnnxNode node) {
        Constant input = node.constant(0);
        int axis = (int) node.integer("axis", 1);
        int split = axis == input.rank() ? axis : node.axis(axis, input.rank());
        int rows = Arrays.stream(input.dims()).limit(split).reduce(1, (a, b) -> a * b);
        return input.reshaped(rows, rows == 0 ? 0 : input.size() / rows);
    }

    private static Constant squeeze(OnnxNode node) {
        Constant input = node.constant(0);
        int[] dims = input.dims();
        long[] axes = node.integers("axes", 1);
        TreeSet<Integer> dropped = new TreeSet<>();
        for (int axis = 0; axis < dims.length; axis++) {
            if (axes == null && dims[axis] == 1) {
                dropped.add(axis);
            }
        }
        for (long axis : axes == null ? new long[0] : axes) {
            dropped.add(node.axis(axis, dims.length));
        }
        if (dropped.stream().anyMatch(axis -> dims[axis] != 1)) {
            throw node.refusal("drops axes of extents other than 1");
        }
        return input.reshaped(IntStream.range(0, dims.length)
                .filter(axis -> !dropped.contains(axis))
                .map(axis -> dims[axis])
                .toArray());
    }

    private static Constant unsqueeze(OnnxNode node) {
        Constant input = node.constant(0);
        long[] axes = node.integers("axes", 1);
        if (axes == null) {
            throw node.refusal("has no axes");
        }
        int[] dims = new int[input.rank() + axes.length];
        for (long axis : axes) {
            dims[node.axis(axis, dims.length)] = 1;
        }
        int next = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] == 0) {
                if (next == input.rank()) {
                    throw node.refusal("adds an axis twice");
                }
                dims[axis] = input.dims()[next++];
            }
        }
        return input.reshaped(dims);
    }

    private Constant transpose(OnnxNode node) {
        Constant input = node.constant(0);
        checkGrowth(node, input.size());
        return input.transposed(permutation(node, node.integers("perm"), input.rank()));
    }

    /** The order of axes that an attribute gives, or the reverse one. */
    static int[] permutation(OnnxNode node, long @Nullable [] given, int rank) {
        long[] order = given == null
                ? LongStream.range(0, rank).map(axis -> rank - 1 - axis).toArray()
                : given;
        int[] axes =
                Arrays.stream(order).mapToInt(axis -> node.axis(axis, rank)).toArray();
        if (axes.length != rank || Arrays.stream(axes).distinct().count() != rank) {
            throw node.refusal("has perm %s for %d axes".formatted(Arrays.toString(order), rank));
        }
        return axes;
    }

    // ---- Parts.

    private Constant concat(OnnxNode node) {
        Constant first = node.constant(0);
        int axis = node.axis(node.integer("axis", 0), first.rank());
        int[] shape = first.dims().clone();
        shape[axis] = 0;
        boolean integer = first.isInteger();
        for (int i = 0; i < node.inputs(); i++) {
            int[] dims = node.constant(i).dims().clone();
            int extent = dims.length == shape.length ? dims[axis] : -1;
            dims[axis] = shape[axis];
            if (!Arrays.equals(dims, shape) || node.constant(i).isInteger() != integer) {
                throw node.refusal("joins constants that do not fit each other");
            }
            shape[axis] += extent;
        }
        checkGrowth(node, product(node, Arrays.stream(shape).asLongStream().toArray()));
        int blocks = Arrays.stream(shape).limit(axis).reduce(1, (a, b) -> a * b);
        return joined(node, shape, blocks, integer);
    }

    private static Constant joined(OnnxNode node, int[] shape, int blocks, boolean integer) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] floats = new float[integer ? 0 : size];
        long[] integers = new long[integer ? size : 0];
        int target = 0;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < node.inputs(); i++) {
                Constant part = node.constant(i);
                int length = part.size() / blocks;
                Object from = integer ? part.integers() : part.floats();
                System.arraycopy(from, block * length, integer ? integers : floats, target, length);
                target += length;
            }
        }
        return integer ? Constant.ofIntegers(shape, integers) : Constant.ofFloats(shape, floats);
    }

    private Constant gather(OnnxNode node) {
        Constant input = node.constant(0);
        Constant indices = node.constant(1);
        int axis = node.axis(node.integer("axis", 0), input.rank());
        int[] dims = input.dims();
        int before = Arrays.stream(dims).limit(axis).reduce(1, (a, b) -> a * b);
        int after = Arrays.stream(dims).skip(axis + 1L).reduce(1, (a, b) -> a * b);
        int[] chosen = Arrays.stream(indices.integers())
                .mapToInt(index -> node.axis(index, dims[axis]))
                .toArray();
        int size = (int) checkGrowth(node, (long) before * after * chosen.length);
        int[] positions = new int[size];
        int target = 0;
        for (int outer = 0; outer < before; outer++) {
            for (int index : chosen) {
                for (int inner = 0; inner < after; inner++) {
                    positions[target++] = (outer * dims[axis] + index) * after + inner;
                }
            }
        }
        IntStream shape = IntStream.concat(
                IntStream.concat(Arrays.stream(dims).limit(axis), Arrays.stream(indices.dims())),
                Arrays.stream(dims).skip(axis + 1L));
        return input.at(shape.toArray(), positions);
    }

    private Constant slice(OnnxNode node) {
        Constant input = node.constant(0);
        long[] starts = node.integers("starts", 1);
        long[] ends = node.integers("ends", 2);
        long[] axes = node.integers("axes", 3);
        if (starts == null || ends == null || ends.length != starts.length) {
            throw node.refusal("has no starts and ends that fit");
        }
        long[] along = axes == null ? LongStream.range(0, starts.length).toArray() : axes;
        long[] steps = node.has(4)
                ? node.constant(4).integers()
                : LongStream.generate(() -> 1).limit(starts.length).toArray();
        if (along.length != starts.length || steps.length != starts.length) {
            throw node.refusal("has starts, axes and steps of different lengths");
        }
        for (int i = 0; i < starts.length; i++) {
            int axis = node.axis(along[i], input.rank());
            checkGrowth(node, input.size());
            input = taken(input, axis, indices(node, starts[i], ends[i], steps[i], input.dims()[axis]));
        }
        return input;
    }

    private static int[] indices(OnnxNode node, long start, long end, long step, int extent) {
        if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
            throw node.refusal("has a step of " + step);
        }
        int last = step > 0 ? extent : extent - 1;
        int least = step > 0 ? 0 : -1;
        long from = Math.max(Math.min(start < 0 ? start + extent : start, last), least);
        long to = Math.max(Math.min(end < 0 ? Math.max(end + extent, -1) : end, last), least);
        return LongStream.iterate(from, index -> step > 0 ? index < to : index > to, index -> index + step)
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static Constant taken(Constant input, int axis, int[] indices) {
        int[] dims = input.dims().clone();
        int[] strides = Constant.strides(dims);
        int extent = dims[axis];
        dims[axis] = indices.length;
        int after = strides[axis];
        int before = extent * after == 0 ? 0 : input.size() / (extent * after);
        int[] positions = new int[before * indices.length * after];
        int target = 0;
        for (int outer = 0; outer < before; outer++) {
            for (int index : indices) {
                for (int inner = 0; inner < after; inner++) {
                    positions[target++] = (outer * extent + index) * after + inner;
                }
            }
        }
        return input.at(dims, positions);
    }

    // ---- Arithmetic.

    private Constant arithmetic(OnnxNode node, LongBinaryOperator whole, DoubleBinaryOperator real) {
        Constant left = node.constant(0);
        Constant right = node.constant(1);
        if (left.isInteger() != right.isInteger()) {
            throw node.refusal("combines integers with floats");
        }
        int[] shape = broadcast(node, left.dims(), right.dims());
        int size = (int) checkGrowth(
                node, product(node, Arrays.stream(shape).asLongStream().toArray()));
        int[] ofLeft = positions(left.dims(), shape, size);
        int[] ofRight = positions(right.dims(), shape, size);
        if (left.isInteger()) {
            long[] values = new long[size];
            for (int i = 0; i < size; i++) {
                long a = left.integers()[ofLeft[i]];
                long b = right.integers()[ofRight[i]];
                if (a == Constant.BATCH || b == Constant.BATCH) {
                    throw node.refusal("computes with the batch size, which is not supported");
                }
                values[i] = whole.applyAsLong(a, b);
            }
            return Constant.ofIntegers(shape, values);
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) real.applyAsDouble(left.floats()[ofLeft[i]], right.floats()[ofRight[i]]);
        }
        return Constant.ofFloats(shape, values);
    }

    private static int[] broadcast(OnnxNode node, int[] left, int[] right) {
        int[] shape = new int[Math.max(left.length, right.length)];
        for (int fromEnd = 1; fromEnd <= shape.length; fromEnd++) {
            int a = fromEnd <= left.length ? left[left.length - fromEnd] : 1;
            int b = fromEnd <= right.length ? right[right.length - fromEnd] : 1;
            if (a != b && a != 1 && b != 1) {
                throw node.refusal("combines constants of shapes %s and %s"
                        .formatted(Arrays.toString(left), Arrays.toString(right)));
            }
            shape[shape.length - fromEnd] = a == 1 ? b : a;
        }
        return shape;
    }

    /** Where each value of the broadcast tensor comes from. */
    private static int[] positions(int[] dims, int[] shape, int size) {
        int[] strides = Constant.strides(dims);
        int missing = shape.length - dims.length;
        int[] positions = new int[size];
        int[] index = new int[shape.length];
        for (int target = 0; target < size; target++) {
            for (int axis = 0; axis < dims.length; axis++) {
                positions[target] += dims[axis] == 1 ? 0 : index[axis + missing] * strides[axis];
            }
            Constant.advance(index, shape);
        }
        return positions;
    }

    private Constant mapped(OnnxNode node, DoubleUnaryOperator function) {
        Constant input = node.constant(0);
        checkGrowth(node, input.size());
        float[] values = input.floats().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.applyAsDouble(values[i]);
        }
        return Constant.ofFloats(input.dims(), values);
    }
}

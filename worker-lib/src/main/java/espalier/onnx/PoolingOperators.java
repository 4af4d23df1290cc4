package espalier.onnx;

import espalier.onnx.Operation.GlobalPooling;
import espalier.onnx.Operation.Pooling;
import espalier.onnx.Operation.Repetition;
import espalier.onnx.Operators.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that change the height and width of an image. */
final class PoolingOperators {
    static final Map<String, Operator> ALL = Map.of(
            "MaxPool", node -> pool(node, true),
            "AveragePool", node -> pool(node, false),
            "GlobalMaxPool", node -> global(node, true, true),
            "GlobalAveragePool", node -> global(node, false, true),
            "ReduceMax", node -> reduce(node, true),
            "ReduceMean", node -> reduce(node, false),
            "Resize", PoolingOperators::resize,
            "Upsample", PoolingOperators::resize);

    private PoolingOperators() {}

    /** The window of a convolution or a pooling, with its padding worked out. */
    static Window slide(OnnxNode node, int[] kernel, Step input) {
        Window window = new Window(
                kernel,
                node.window("strides", 1, 1, 1),
                node.window("dilations", 1, 1, 1),
                node.window("pads", 0, 0, 0, 0, 0));
        String mode = node.text("auto_pad", "NOTSET");
        return switch (mode) {
            case "NOTSET", "" -> window;
            case "VALID" -> window.withPadding(0, 0, 0, 0);
            case "SAME_UPPER" -> window.withPadding(window.samePadding(input.height(), input.width(), false));
            case "SAME_LOWER" -> window.withPadding(window.samePadding(input.height(), input.width(), true));
            default -> throw node.refusal("has auto_pad '" + mode + "', which is not supported");
        };
    }

    private static List<Value> pool(OnnxNode node, boolean maximum) {
        Step input = node.image(0);
        if (!node.hasAttribute("kernel_shape")) {
            throw node.refusal("has no kernel_shape");
        }
        Window window = slide(node, node.window("kernel_shape", 1, 1, 1), input);
        boolean countPadding = !maximum && node.integer("count_include_pad", 0) != 0;
        if (maximum) {
            node.require("storage_order", 0, 0);
        }
        if (node.integer("ceil_mode", 0) != 0) {
            window = roundedUp(node, window, input, maximum);
        }
        int[] output = input.resized(window.outputs(0, input.height()), window.outputs(1, input.width()));
        return List.of(new Step(node.label(), new Pooling(maximum, window, countPadding), output, input));
    }

    /** The window with as much more padding at the end as one more output takes, where one begins inside the image. */
    private static Window roundedUp(OnnxNode node, Window window, Step input, boolean maximum) {
        int[] around = window.padding().clone();
        for (int axis = 0; axis < 2; axis++) {
            int extent = axis == 0 ? input.height() : input.width();
            int rest = (window.padded(axis, extent) - window.span(axis)) % window.stride()[axis];
            int next = window.outputs(axis, extent) * window.stride()[axis];
            if (rest > 0 && next < extent + window.padding()[axis]) {
                around[axis + 2] += window.stride()[axis] - rest;
            }
        }
        if (!maximum && !Arrays.equals(around, window.padding())) {
            throw node.refusal(
                    "has ceil_mode 1 and a last window that is cut off; only ceil_mode 0 is supported there");
        }
        return window.withPadding(around);
    }

    private static List<Value> global(OnnxNode node, boolean maximum, boolean keepAxes) {
        Step input = node.image(0);
        int[] output = keepAxes ? input.resized(1, 1) : new int[] {input.channels()};
        return List.of(new Step(node.label(), new GlobalPooling(maximum), output, input));
    }

    private static List<Value> reduce(OnnxNode node, boolean maximum) {
        long[] axes = node.integers("axes", 1);
        boolean keepAxes = node.integer("keepdims", 1) != 0;
        node.integer("noop_with_empty_axes", 0);
        int[] given = axes == null
                ? new int[0]
                : Arrays.stream(axes)
                        .mapToInt(axis -> node.axis(axis, 4))
                        .sorted()
                        .toArray();
        if (!Arrays.equals(given, new int[] {2, 3})) {
            throw node.refusal("reduces axes %s; only height and width together, [2, 3], are supported"
                    .formatted(Arrays.toString(axes)));
        }
        return global(node, maximum, keepAxes);
    }

    private static List<Value> resize(OnnxNode node) {
        Step input = node.image(0);
        int[] factors = factors(node, input);
        boolean plain = node.text("mode", "nearest").equals("nearest");
        if (node.type().equals("Resize") && node.opset() >= 11) {
            String position = node.text("coordinate_transformation_mode", "half_pixel");
            String rounding = node.text("nearest_mode", "round_prefer_floor");
            plain &= position.equals("asymmetric")
                    ? rounding.equals("floor")
                    : position.endsWith("half_pixel") && rounding.startsWith("round_prefer");
            node.number("cubic_coeff_a", 0);
            node.number("extrapolation_value", 0);
            node.require("exclude_outside", 0, 0);
        }
        if (!plain) {
            throw node.refusal(
                    "is not the plain repetition of rows and columns (mode nearest), which alone is supported");
        }
        int[] output = input.resized(input.height() * factors[0], input.width() * factors[1]);
        return List.of(new Step(node.label(), new Repetition(factors[0], factors[1]), output, input));
    }

    private static int[] factors(OnnxNode node, Step input) {
        int scales = node.type().equals("Resize") && node.opset() >= 11 ? 2 : 1;
        float[] given;
        if (node.has(scales) && node.constant(scales).size() == 4) {
            given = node.weights(scales, 4);
        } else if (node.has(3) && node.constant(3).size() == 4) {
            long[] sizes = node.constant(3).integers();
            given = new float[] {
                1,
                (float) sizes[1] / input.channels(),
                (float) sizes[2] / input.height(),
                (float) sizes[3] / input.width()
            };
        } else {
            throw node.refusal("has neither scales nor sizes for 4 axes");
        }
        boolean whole = given[0] == 1 && given[1] == 1;
        for (int axis = 2; axis < 4; axis++) {
            whole &= given[axis] >= 1 && given[axis] <= 64 && given[axis] == Math.rint(given[axis]);
        }
        if (!whole) {
            throw node.refusal(
                    "has scales %s; 1, 1 and whole numbers of 1 to 64 are supported".formatted(Arrays.toString(given)));
        }
        return new int[] {(int) given[2], (int) given[3]};
    }
}

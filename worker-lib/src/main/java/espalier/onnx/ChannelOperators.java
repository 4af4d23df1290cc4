package espalier.onnx;

import espalier.onnx.Operation.ChannelPadding;
import espalier.onnx.Operation.Concatenation;
import espalier.onnx.Operation.Padding;
import espalier.onnx.Operation.Sampling;
import espalier.onnx.Operation.Subset;
import espalier.onnx.Operators.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operators that join, cut or pad tensors. */
final class ChannelOperators {
    static final Map<String, Operator> ALL = Map.of(
            "Concat", ChannelOperators::concat,
            "Split", ChannelOperators::split,
            "Slice", ChannelOperators::slice,
            "Pad", ChannelOperators::pad);

    private ChannelOperators() {}

    private static List<Value> concat(OnnxNode node) {
        Step first = node.step(0);
        int axis = node.axis(node.integer("axis", 1), first.dims().length + 1);
        List<Step> parts = new ArrayList<>();
        long channels = 0;
        for (int i = 0; i < node.inputs(); i++) {
            Step part = node.step(i);
            int[] sameChannels = part.dims().clone();
            sameChannels[0] = first.channels();
            if (axis != 1 || !Arrays.equals(sameChannels, first.dims())) {
                throw node.refusal("joins shapes %s and %s along axis %d; only axis 1, the channels, is supported"
                        .formatted(Arrays.toString(first.dims()), Arrays.toString(part.dims()), axis));
            }
            parts.add(part);
            channels += part.channels();
        }
        if (parts.size() == 1) {
            return List.of(first);
        }
        return List.of(new Step(
                node.label(),
                new Concatenation(),
                withChannels(first, (int) Math.min(channels, Integer.MAX_VALUE)),
                parts));
    }

    private static List<Value> split(OnnxNode node) {
        Step input = node.step(0);
        int axis = node.axis(node.integer("axis", 0), input.dims().length + 1);
        if (axis != 1) {
            throw node.refusal("cuts along axis " + axis + "; only axis 1, the channels, is supported");
        }
        node.integer("num_outputs", node.outputs());
        long[] widths = node.integers("split", 1);
        if (widths == null) {
            widths = evenly(input.channels(), node.outputs());
        }
        long sum = 0;
        List<Value> parts = new ArrayList<>();
        for (long width : widths) {
            if (width < 1 || width > input.channels() - sum) {
                throw node.refusal("cuts %d channels into %s".formatted(input.channels(), Arrays.toString(widths)));
            }
            parts.add(subset(node, input, (int) sum, (int) (sum + width)));
            sum += width;
        }
        if (sum != input.channels() || widths.length != node.outputs()) {
            throw node.refusal("cuts %d channels into %s for %d outputs"
                    .formatted(input.channels(), Arrays.toString(widths), node.outputs()));
        }
        return parts;
    }

    private static long[] evenly(int channels, int parts) {
        int width = (channels + parts - 1) / parts;
        return LongStream.range(0, parts)
                .map(part -> Math.min(width, channels - part * width))
                .toArray();
    }

    private static Step subset(OnnxNode node, Step input, int from, int end) {
        if (end - from == input.channels()) {
            return input;
        }
        return new Step(node.label(), new Subset(from, end - 1), withChannels(input, end - from), input);
    }

    private static int[] withChannels(Step like, int channels) {
        int[] dims = like.dims().clone();
        dims[0] = channels;
        return dims;
    }

    // ---- Slice.

    private static List<Value> slice(OnnxNode node) {
        Step input = node.step(0);
        int rank = input.dims().length + 1;
        long[] starts = needed(node, "starts", 1);
        long[] ends = needed(node, "ends", 2);
        long[] axes = node.integers("axes", 3);
        long[] steps = node.has(4) ? node.constant(4).integers() : ones(starts.length);
        long[] along = axes == null ? LongStream.range(0, starts.length).toArray() : axes;
        if (ends.length != starts.length || along.length != starts.length || steps.length != starts.length) {
            throw node.refusal("has starts, ends, axes and steps of different lengths");
        }
        Step output = input;
        for (int i = 0; i < starts.length; i++) {
            output = slice(node, output, node.axis(along[i], rank), starts[i], ends[i], steps[i]);
        }
        return List.of(output);
    }

    private static long[] needed(OnnxNode node, String name, int input) {
        long[] values = node.integers(name, input);
        if (values == null) {
            throw node.refusal("has no " + name);
        }
        return values;
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Step slice(OnnxNode node, Step input, int axis, long start, long end, long step) {
        if (axis == 0) {
            if (start == 0 && end == Long.MAX_VALUE && step == 1) {
                return input;
            }
            throw node.refusal("cuts the batch, which is not supported");
        }
        int extent = input.dims()[axis - 1];
        int from = clamp(start, extent);
        int to = clamp(end, extent);
        if (step < 1 || to <= from) {
            throw node.refusal("takes %d to %d by steps of %d of %d; forward slices that are not empty are supported"
                    .formatted(start, end, step, extent));
        }
        if (axis == 1) {
            if (step != 1) {
                throw node.refusal("takes every %d-th channel; only ranges are supported".formatted(step));
            }
            return subset(node, input, from, to);
        }
        node.image(0);
        int stride = (int) Math.min(step, extent);
        int outputs = (to - from + stride - 1) / stride;
        if (outputs == extent) {
            return input;
        }
        return axis == 2
                ? sampling(node, input, new int[] {from, 0}, new int[] {stride, 1}, outputs, input.width())
                : sampling(node, input, new int[] {0, from}, new int[] {1, stride}, input.height(), outputs);
    }

    private static int clamp(long index, int extent) {
        return (int) Math.max(0, Math.min(extent, index < 0 ? index + extent : index));
    }

    private static Step sampling(OnnxNode node, Step input, int[] offset, int[] stride, int height, int width) {
        return new Step(node.label(), new Sampling(offset, stride), input.resized(height, width), input);
    }

    // ---- Pad.

    private static List<Value> pad(OnnxNode node) {
        Step input = node.image(0);
        String mode = node.text("mode", "constant");
        float value = node.number("value", 2, 0);
        if (!mode.equals("constant") || value != 0) {
            throw node.refusal("pads with mode %s and value %s; only zeros are supported".formatted(mode, value));
        }
        int[] pads = pads(node);
        if (pads[0] + pads[4] > 0) {
            throw node.refusal("pads the batch, which is not supported");
        }
        Step output = input;
        int[] around = {pads[2], pads[3], pads[6], pads[7]};
        if (Arrays.stream(around).sum() > 0) {
            int[] dims = input.resized(input.height() + around[0] + around[2], input.width() + around[1] + around[3]);
            output = new Step(node.label(), new Padding(around), dims, output);
        }
        if (pads[1] + pads[5] > 0) {
            int[] dims = withChannels(output, output.channels() + pads[1] + pads[5]);
            output = new Step(node.label(), new ChannelPadding(pads[1], pads[5]), dims, output);
        }
        return List.of(output);
    }

    /** Begins and then ends of the four axes. */
    private static int[] pads(OnnxNode node) {
        long[] given = needed(node, "pads", 1);
        long[] axes = node.has(3) ? node.constant(3).integers() : new long[] {0, 1, 2, 3};
        if (given.length != 2 * axes.length) {
            throw node.refusal("has %d pads for %d axes".formatted(given.length, axes.length));
        }
        int[] pads = new int[8];
        for (int i = 0; i < axes.length; i++) {
            int axis = node.axis(axes[i], 4);
            for (int side = 0; side < 2; side++) {
                long width = given[i + side * axes.length];
                if (width < 0 || width > 1 << 20) {
                    throw node.refusal("has pads " + Arrays.toString(given) + "; 0 to " + (1 << 20) + " are supported");
                }
                pads[axis + 4 * side] = (int) width;
            }
        }
        return pads;
    }
}

package espalier.onnx;

import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.onnx.Operation.Activation;
import espalier.onnx.Operation.Input;
import espalier.onnx.Operation.Reshape;
import espalier.onnx.Operation.Softmax;
import espalier.onnx.Operators.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/**
 * Reads an image classifier from an ONNX file into a Deeplearning4j graph of standard layers.
 *
 * <p>The file's last values are its logits, with or without a softmax behind them. What is not understood is refused,
 * never guessed. Memory: about four times the file's size while it is read.
 */
public final class OnnxReader {
    private static final long MAX_FILE_BYTES = 1L << 30;
    private static final List<Long> NHWC_TO_NCHW = List.of(0L, 3L, 1L, 2L);

    private final OnnxFile file;
    private final Map<String, TensorProto> weights;
    private final Map<String, Value> values = new HashMap<>();
    private final ConstantFolder folder = new ConstantFolder();
    private final List<String> notes = new ArrayList<>();
    private long batch = -1;

    private OnnxReader(OnnxFile file) {
        this.file = file;
        this.weights = file.weights();
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it cannot be read, or is not a classifier of images that is understood; one line
     */
    public static OnnxNetwork read(Path path) {
        try {
            long size = Files.size(path);
            if (size > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(
                        "'%s' has %d bytes; at most %d are supported".formatted(path, size, MAX_FILE_BYTES));
            }
            return read(Files.readAllBytes(path), path.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("'%s' cannot be read (%s); give the path of an ONNX file"
                    .formatted(path, e.getClass().getSimpleName()));
        }
    }

    /**
     * Reads a model.
     *
     * @param model an ONNX file's bytes
     * @param name what the bytes are, for messages
     * @throws IllegalArgumentException if it is not a classifier of images that is understood; one line
     */
    public static OnnxNetwork read(byte[] model, String name) {
        try {
            return new OnnxReader(OnnxFile.parse(model)).read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + name + "' " + oneLine(e), e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot be built (" + oneLine(e) + "); export it again", e);
        }
    }

    private static String oneLine(Exception problem) {
        return String.valueOf(problem.getMessage()).replaceAll("\\p{Cntrl}+", " ");
    }

    private OnnxNetwork read() {
        Step image = readInput();
        file.nodes().forEach(this::readNode);
        Step logits = Simplifier.simplify(classifier(readOutput()));
        if (logits.channels() < 2) {
            throw new IllegalArgumentException("has 1 output; a classifier has one for each of at least 2 classes");
        }
        notes.addAll(NetworkNotes.of(logits));
        return new OnnxNetwork(
                assemble(logits),
                new TensorShape(image.channels(), image.height(), image.width()),
                logits.channels(),
                notes);
    }

    private static ComputationGraph assemble(Step logits) {
        ComputationGraph graph = NetworkAssembler.assemble(logits);
        NetworkFiles.requireFinite(graph);
        return graph;
    }

    // ---- Input.

    private Step readInput() {
        List<ValueInfoProto> inputs = file.inputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("has %d inputs %s; networks with one image input are supported"
                    .formatted(
                            inputs.size(),
                            inputs.stream().map(ValueInfoProto::getName).toList()));
        }
        ValueInfoProto input = inputs.get(0);
        int[] dims = imageDims(input);
        NodeProto toChannelsFirst = transposeBehind(input.getName());
        if (toChannelsFirst == null) {
            return remember(input.getName(), new Step(input.getName(), new Input(), dims, List.of()));
        }
        notes.add("the file's images are [height, width, channels]; give this network [channels, height, width]");
        int[] channelsFirst = {dims[2], dims[0], dims[1]};
        return remember(toChannelsFirst.getOutput(0), new Step(input.getName(), new Input(), channelsFirst, List.of()));
    }

    private int[] imageDims(ValueInfoProto input) {
        TypeProto.Tensor type = input.getType().getTensorType();
        if (type.getElemType() != DataType.FLOAT_VALUE) {
            throw new IllegalArgumentException("has input '%s' of type %s; images of FLOAT are supported"
                    .formatted(input.getName(), DataType.forNumber(type.getElemType())));
        }
        List<TensorShapeProto.Dimension> dims = type.getShape().getDimList();
        boolean fits = dims.size() == 4
                && dims.stream().skip(1).allMatch(dim -> dim.getDimValue() >= 1 && dim.getDimValue() <= 1 << 20);
        if (!fits) {
            throw new IllegalArgumentException(
                    "has input '%s' of shape %s; four axes [batch, channels, height, width] are needed, of which the last three are fixed numbers"
                            .formatted(input.getName(), shapeText(dims)));
        }
        if (dims.get(0).getDimValue() > 0) {
            batch = dims.get(0).getDimValue();
        }
        return dims.stream().skip(1).mapToInt(dim -> (int) dim.getDimValue()).toArray();
    }

    private static List<String> shapeText(List<TensorShapeProto.Dimension> dims) {
        return dims.stream()
                .map(dim -> dim.getDimParam().isEmpty() ? Long.toString(dim.getDimValue()) : dim.getDimParam())
                .toList();
    }

    /** The transposition of the image to [N, C, H, W], if that is all that the network does with it. */
    private @Nullable NodeProto transposeBehind(String input) {
        List<NodeProto> readers = file.nodes().stream()
                .filter(node -> node.getInputList().contains(input))
                .toList();
        boolean transposes = readers.size() == 1
                && readers.get(0).getOpType().equals("Transpose")
                && readers.get(0).getAttributeCount() == 1
                && readers.get(0).getAttribute(0).getIntsList().equals(NHWC_TO_NCHW);
        return transposes ? readers.get(0) : null;
    }

    // ---- Nodes.

    private void readNode(NodeProto node) {
        if (node.getOutputCount() > 0 && values.containsKey(node.getOutput(0)) && transposeIsRead(node)) {
            return;
        }
        List<Value> results = evaluate(node);
        for (int i = 0; i < Math.min(results.size(), node.getOutputCount()); i++) {
            remember(node.getOutput(i), results.get(i));
        }
    }

    private boolean transposeIsRead(NodeProto node) {
        return node.getOpType().equals("Transpose")
                && values.get(node.getOutput(0)) instanceof Step step
                && step.operation() instanceof Input;
    }

    private List<Value> evaluate(NodeProto proto) {
        TreeSet<String> supported = new TreeSet<>(Operators.ALL.keySet());
        if (!OnnxFile.isDefault(proto.getDomain()) || proto.getOutputCount() == 0) {
            throw OnnxNode.unsupported(proto, file.opset(), supported);
        }
        List<@Nullable Value> inputs = new ArrayList<>();
        for (String input : proto.getInputList()) {
            inputs.add(input.isEmpty() ? null : value(proto, input));
        }
        OnnxNode node = new OnnxNode(proto, file.opset(), batch, inputs);
        Operator operator = Operators.ALL.get(proto.getOpType());
        Constant folded = node.isConstant() ? folder.fold(node) : null;
        List<Value> results;
        if (folded != null) {
            results = List.of(folded);
        } else if (operator != null) {
            results = operator.read(node);
        } else {
            throw OnnxNode.unsupported(proto, file.opset(), supported);
        }
        node.finish();
        return results;
    }

    private Value value(NodeProto reader, String name) {
        Value known = values.get(name);
        if (known != null) {
            return known;
        }
        TensorProto tensor = weights.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "operator %s (node '%s') reads '%s', which is neither in the file nor made by an operator before it"
                            .formatted(reader.getOpType(), reader.getName(), name));
        }
        return remember(name, TensorDecoder.decode(tensor));
    }

    private <V extends Value> V remember(String name, V value) {
        if (values.put(name, value) != null) {
            throw new IllegalArgumentException("has two values of the name '" + name + "'; the file may be damaged");
        }
        return value;
    }

    // ---- Output.

    /** The one value behind all outputs: several may show it before and after softmax. */
    private Step readOutput() {
        Step answer = null;
        for (ValueInfoProto output : file.graph().getOutputList()) {
            if (!(values.get(output.getName()) instanceof Step step)) {
                throw new IllegalArgumentException(
                        "has output '" + output.getName() + "', which does not depend on the image");
            }
            Step logits = beforeSoftmax(step);
            if (answer != null && answer != logits) {
                throw new IllegalArgumentException("has %d outputs %s; networks with one answer are supported"
                        .formatted(
                                file.graph().getOutputCount(),
                                file.graph().getOutputList().stream()
                                        .map(ValueInfoProto::getName)
                                        .toList()));
            }
            answer = logits;
        }
        if (answer == null) {
            throw new IllegalArgumentException("has no output");
        }
        return answer;
    }

    /** The logits of an output, which may also have been given another shape around a softmax. */
    private static Step beforeSoftmax(Step output) {
        Step step = output;
        while (step.operation() instanceof Reshape && step.input().operation() instanceof Softmax) {
            step = step.input();
        }
        return step.operation() instanceof Softmax ? step.input() : step;
    }

    private static Step classifier(Step logits) {
        if (logits.operation() instanceof Activation activation && activation.function() instanceof ActivationSigmoid) {
            throw new IllegalArgumentException(
                    "ends with Sigmoid; classifiers that end with logits or Softmax are supported");
        }
        for (Step step : logits.order()) {
            if (step.operation() instanceof Softmax) {
                throw new IllegalArgumentException(
                        "has operator Softmax at '" + step.label() + "'; it is supported at the end alone");
            }
        }
        if (logits.dims().length == 1) {
            return logits;
        }
        if (logits.size() != logits.channels()) {
            throw new IllegalArgumentException("has output shape %s for one image; [classes] is supported"
                    .formatted(Arrays.toString(logits.dims())));
        }
        return new Step(logits.label() + "-flat", new Reshape(), new int[] {logits.channels()}, logits);
    }
}

package espalier.weights;

import espalier.safetensors.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives a network the weights of a file, whose tensors have PyTorch's layouts: convolutions [out, in, kH, kW], depthwise
 * ones [C · multiplier, 1, kH, kW], dense layers [out, in], everything else [C]. Every parameter gets one tensor, and every
 * tensor is used once, or is one that the mapping ignores.
 */
public final class WeightImport {
    private static final int SHOWN = 3;

    private final String file;
    private final Map<String, Tensor> tensors;
    private final Map<String, Layer> layers = new LinkedHashMap<>();

    private WeightImport(String file, Map<String, Tensor> tensors, ComputationGraph graph) {
        this.file = file;
        this.tensors = tensors;
        for (Layer layer : graph.getLayers()) {
            layers.put(layer.conf().getLayer().getLayerName(), layer);
        }
    }

    /**
     * Sets all parameters of a network.
     *
     * @param file name of the file, for messages
     * @param tensors by their names
     * @param graph initialized; left half-way set where this throws
     * @throws IllegalArgumentException if tensors and parameters do not fit each other, in one line
     */
    public static void load(String file, Map<String, Tensor> tensors, WeightMapping mapping, ComputationGraph graph) {
        new WeightImport(file, tensors, graph).load(mapping);
    }

    private void load(WeightMapping mapping) {
        Map<String, Tensor> assigned = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (Tensor tensor : tensors.values()) {
            if (mapping.ignores(tensor.name())) {
                continue;
            }
            mapping.target(tensor.name())
                    .ifPresentOrElse(target -> assign(tensor, target, assigned), () -> unknown.add(tensor.name()));
        }
        requireNone(unknown, "tensors that the mapping does not name", "add them to its parameters or to its ignored");
        List<String> missing = new ArrayList<>();
        layers.forEach((name, layer) -> layer.paramTable().keySet().stream()
                .map(key -> name + "/" + key)
                .filter(parameter -> !assigned.containsKey(parameter))
                .forEach(missing::add));
        requireNone(missing, "no tensor for parameters", "give the weights of this network, or complete the mapping");
    }

    private void assign(Tensor tensor, WeightMapping.Target target, Map<String, Tensor> assigned) {
        Layer layer = layers.get(target.layer());
        INDArray parameter = layer == null ? null : layer.paramTable().get(target.key());
        if (layer == null || parameter == null) {
            throw new IllegalArgumentException(
                    "%s: tensor '%s' is mapped to %s, which the network does not have: give it the depth of the weights, or correct the mapping"
                            .formatted(file, tensor.name(), target));
        }
        Tensor other = assigned.put(target.toString(), tensor);
        if (other != null) {
            throw new IllegalArgumentException(
                    "%s: tensors '%s' and '%s' are both mapped to %s, which takes one: correct the mapping"
                            .formatted(file, other.name(), tensor.name(), target));
        }
        Layout layout = Layout.of(layer, target.key(), parameter);
        List<Integer> expected = layout.shape(parameter);
        if (!tensor.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "%s: tensor '%s' has shape %s, must have %s to be %s: give the weights of this network"
                            .formatted(file, tensor.name(), tensor.shape(), expected, target));
        }
        layout.write(tensor.values(), parameter);
    }

    private void requireNone(List<String> names, String what, String mend) {
        if (!names.isEmpty()) {
            String more = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
            throw new IllegalArgumentException("%s has %s (%s%s): %s"
                    .formatted(
                            file,
                            what,
                            String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))),
                            more,
                            mend));
        }
    }

    /** How PyTorch lays a parameter out. */
    private enum Layout {
        /** As here. */
        SAME {
            @Override
            List<Integer> shape(INDArray parameter) {
                return extents(parameter.shape());
            }
        },
        /** A vector, which is a row here. */
        VECTOR {
            @Override
            List<Integer> shape(INDArray parameter) {
                return extents(parameter.length());
            }
        },
        /** [out, in], which is [in, out] here. */
        DENSE {
            @Override
            List<Integer> shape(INDArray parameter) {
                return extents(parameter.size(1), parameter.size(0));
            }

            @Override
            void write(float[] values, INDArray parameter) {
                parameter.assign(Nd4j.create(values, new long[] {parameter.size(1), parameter.size(0)}, 'c')
                        .transpose());
            }
        },
        /** [C · multiplier, 1, kH, kW], which is [kH, kW, C, multiplier] here. */
        DEPTHWISE {
            @Override
            List<Integer> shape(INDArray parameter) {
                return extents(parameter.size(2) * parameter.size(3), 1, parameter.size(0), parameter.size(1));
            }

            @Override
            void write(float[] values, INDArray parameter) {
                long[] shape = {parameter.size(2), parameter.size(3), parameter.size(0), parameter.size(1)};
                parameter.assign(Nd4j.create(values, shape, 'c').permute(2, 3, 0, 1));
            }
        };

        static Layout of(Layer layer, String key, INDArray parameter) {
            if (parameter.rank() == 4) {
                return layer.conf().getLayer() instanceof DepthwiseConvolution2D ? DEPTHWISE : SAME;
            }
            return key.equals(DefaultParamInitializer.WEIGHT_KEY) ? DENSE : VECTOR;
        }

        /** The shape that a tensor must have. */
        abstract List<Integer> shape(INDArray parameter);

        void write(float[] values, INDArray parameter) {
            parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
        }

        private static List<Integer> extents(long... shape) {
            return LongStream.of(shape).mapToObj(Math::toIntExact).toList();
        }
    }
}

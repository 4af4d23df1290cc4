package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import espalier.network.ChannelGroup;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.prune.RandomPruning;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

class GraphReaderTest {
    private static final TensorShape INPUT = new TensorShape(3, 8, 8);

    @Test
    void aLayerThatIsNotUnderstoodFreezesWhatItTouchesAndSaysSo() {
        frozenBy(new LocalResponseNormalization.Builder().build(), "touched by 'odd' (LocalResponseNormalization)");
        frozenBy(new PReLULayer.Builder().inputShape(6, 8, 8).build(), "touched by 'odd' (PReLULayer)");
        frozenBy(new Deconvolution2D.Builder(2, 2).nOut(5).build(), "touched by 'odd' (Deconvolution2D)");
        frozenBy(new ActivationLayer(Activation.SOFTMAX), "touched by 'odd' (ActivationLayer with softmax)");
        frozenBy(convolution(5, Activation.SOFTMAX), "touched by 'odd' (ConvolutionLayer with softmax)");
    }

    @Test
    void aVertexThatIsNotUnderstoodFreezesWhatItTouchesAndSaysSo() {
        NetworkGraph graph = prunedCorrectly((network, input) -> {
            network.addVertex("odd", new L2NormalizeVertex(), input);
            return "odd";
        });
        assertThat(graph.groups())
                .extracting(ChannelGroup::frozenBecause)
                .contains("touched by 'odd' (L2NormalizeVertex)");
    }

    private static void frozenBy(Layer layer, String reason) {
        NetworkGraph graph = prunedCorrectly((network, input) -> {
            network.addLayer("odd", layer, input);
            return "odd";
        });
        assertThat(graph.groups())
                .extracting(ChannelGroup::name, ChannelGroup::frozenBecause)
                .contains(tuple("first", reason));
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::name).containsExactly("last");
    }

    private static NetworkGraph prunedCorrectly(BiFunction<GraphBuilder, String, String> middle) {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(INPUT.height(), INPUT.width(), INPUT.channels()))
                .addLayer("first", convolution(6, Activation.RELU), "input");
        String x = middle.apply(builder, "first");
        builder.addLayer("last", convolution(4, Activation.RELU), x)
                .addLayer(
                        "classifier",
                        new OutputLayer.Builder()
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "last")
                .setOutputs("classifier");
        RandomPruning pruning = RandomPruning.of(builder.build(), INPUT, 1);
        assertThat(pruning.check().firstDifference()).isEmpty();
        return pruning.network();
    }

    private static ConvolutionLayer convolution(int outputs, Activation activation) {
        return new ConvolutionLayer.Builder(1, 1)
                .nOut(outputs)
                .activation(activation)
                .build();
    }
}

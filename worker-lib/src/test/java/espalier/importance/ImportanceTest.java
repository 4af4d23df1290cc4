package espalier.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.importance.NormImportance.Norm;
import espalier.network.ChannelGroup;
import espalier.network.TensorShape;
import espalier.weights.TrainedNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImportanceTest {
    private static final TensorShape SHAPE = new TensorShape(1, 12, 12);
    private final ComputationGraph lenet = graph(ChainNetworks.leNet(3, SHAPE, 4, 1));
    private final ComputationGraph resnet = graph(ResidualNetworks.cifar(8, 4, Shortcut.B, SHAPE, 4, 1));

    @Test
    void l1IsTheSumOfMagnitudesOfAFiltersWeights() {
        INDArray weights = lenet.getLayer("conv1").getParam("W");
        double[] sums = IntStream.range(0, 3)
                .mapToDouble(filter -> weights.slice(filter).norm1Number().doubleValue())
                .toArray();
        assertThat(scores(lenet, "conv1", new NormImportance(Norm.L1))).containsExactly(normalized(sums), within(1e-6));
    }

    @Test
    void l2IsTheEuclideanNormAlsoOfDenseColumns() {
        INDArray weights = lenet.getLayer("dense1").getParam("W");
        double[] norms = IntStream.range(0, 60)
                .mapToDouble(unit -> weights.getColumn(unit).norm2Number().doubleValue())
                .toArray();
        assertThat(scores(lenet, "dense1", new NormImportance(Norm.L2)))
                .containsExactly(normalized(norms), within(1e-6));
    }

    @Test
    void geometricMedianGivesTheLeastToTheFilterInTheMiddle() {
        INDArray weights = lenet.getLayer("conv1").getParam("W");
        weights.slice(0).assign(-1);
        weights.slice(1).assign(0.1);
        weights.slice(2).assign(1);
        double[] scores = scores(lenet, "conv1", new GeometricMedianImportance());
        assertThat(scores[1]).isLessThan(scores[0]).isLessThan(scores[2]);
        // Distances are 5 * 1.1, 5 * 0.9 and 5 * 2 in a kernel of 25 weights.
        assertThat(scores).containsExactly(normalized(new double[] {15.5, 10, 14.5}), within(1e-6));
    }

    @Test
    void batchNormScaleIsTheMagnitudeOfGamma() {
        resnet.getLayer("stage2-block1-conv1-norm")
                .getParam("gamma")
                .assign(Nd4j.createFromArray(1f, -3f, 2f, 0f, 5f, 6f, 7f, 8f).reshape(1, 8));
        assertThat(scores(resnet, "stage2-block1-conv1", new BatchNormScaleImportance()))
                .containsExactly(1, 3, 2, 0, 5, 6, 7, 8);
    }

    @Test
    void batchNormScaleNeedsABatchNormalization() {
        assertThatThrownBy(() -> scores(lenet, "conv1", new BatchNormScaleImportance()))
                .hasMessage("importance batch-norm-scale needs a batch normalization behind 'conv1', which has none;"
                        + " choose l1, l2, geometric-median or random");
    }

    @Test
    void aResidualGroupAddsUpAllOfItsLayersEqually() {
        // The stem and the second convolution of stage 1 share their channels; scaling one up must not drown the other.
        double[] before = scores(resnet, "stem", new NormImportance(Norm.L1));
        resnet.getLayer("stem").getParam("W").muli(1000);
        assertThat(scores(resnet, "stem", new NormImportance(Norm.L1))).containsExactly(before, within(1e-5));
    }

    @Test
    void aLayerThatStandsInTwoGroupsSpeaksInEachForItsOwnChannels() {
        ComputationGraph graph = graph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(12, 12, 1))
                .addLayer("left", convolution(3), "input")
                .addLayer("right", convolution(5), "input")
                .addVertex("both", new MergeVertex(), "left", "right")
                .addLayer("over", convolution(8), "input")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "both", "over")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "sum")
                .addLayer("classifier", new OutputLayer.Builder().nOut(4).build(), "pool")
                .setOutputs("classifier")
                .build());
        double[] left = scores(graph, "left", new NormImportance(Norm.L1));
        double[] right = scores(graph, "right", new NormImportance(Norm.L1));
        assertThat(left).hasSize(3);
        assertThat(right).hasSize(5);
        // Two layers speak in each group, each with a mean of one.
        assertThat(Arrays.stream(left).average().orElseThrow()).isCloseTo(2, within(1e-6));
        assertThat(Arrays.stream(right).average().orElseThrow()).isCloseTo(2, within(1e-6));
    }

    private static ConvolutionLayer convolution(int width) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(width)
                .activation(Activation.IDENTITY)
                .build();
    }

    @Test
    void randomDependsOnTheSeedAlone() {
        assertThat(scores(lenet, "conv1", new RandomImportance(1)))
                .isEqualTo(scores(lenet, "conv1", new RandomImportance(1)))
                .isNotEqualTo(scores(lenet, "conv1", new RandomImportance(2)));
    }

    private static double[] scores(ComputationGraph graph, String group, ChannelImportance importance) {
        TrainedNetwork trained = TrainedNetwork.of(graph, SHAPE, name -> false);
        List<ChannelGroup> groups = trained.graph().prunableGroups();
        return importance.score(
                trained,
                groups.stream()
                        .filter(each -> each.name().equals(group))
                        .findFirst()
                        .orElseThrow());
    }

    private static double[] normalized(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(value -> value / mean).toArray();
    }

    private static ComputationGraph graph(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }
}

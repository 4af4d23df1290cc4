package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.NetworkFiles;
import espalier.mask.MaskableLayer;
import espalier.mask.RegularGraphMask;
import espalier.mask.WeightMask;
import espalier.network.TensorShape;
import espalier.recipe.RegularGraphRecipe.Layers;
import espalier.topology.RegularGraph;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class KeptZerosTest {
    private static final TensorShape SHAPE = new TensorShape(1, 12, 12);
    private static final Deadline NEVER = Deadline.in(3600);
    private static final TrainingPlan PLAN = new TrainingPlan(
            5,
            8,
            new LearningRateSchedule(LearningRateSchedule.Law.COSINE, 0.05, 0, List.of(), 1),
            0.9,
            5e-4,
            0,
            Augmentation.NONE);

    @Test
    void maskedWeightsAreZeroAfterManyStepsAndInTheFile() {
        ComputationGraph graph = graph();
        List<MaskableLayer> layers = layers(graph);
        WeightMask mask = RegularGraphMask.of(RegularGraph.ring(6, 2), layers, Layers.STANDARD);
        mask.applyTo(graph, false);
        INDArray before = graph.params().dup();
        train(graph, PLAN.keepingZeros());
        assertThat(graph.params().distance2(before)).isGreaterThan(0.1);
        assertThat(WeightMask.ofZeros(graph, layers)).isEqualTo(mask);
        ComputationGraph read = NetworkFiles.read(NetworkFiles.write(graph), "written");
        assertThat(read.params()).isEqualTo(graph.params());
        assertThat(WeightMask.ofZeros(read, layers)).isEqualTo(mask);
    }

    @Test
    void withoutThePlansWordTheyGrow() {
        ComputationGraph graph = graph();
        List<MaskableLayer> layers = layers(graph);
        WeightMask mask = RegularGraphMask.of(RegularGraph.ring(6, 2), layers, Layers.STANDARD);
        mask.applyTo(graph, false);
        train(graph, PLAN);
        assertThat(WeightMask.ofZeros(graph, layers).layers())
                .allSatisfy(layer -> assertThat(layer.density()).isGreaterThan(0.7));
        assertThat(mask.layers())
                .allSatisfy(layer -> assertThat(layer.density()).isLessThan(0.5));
    }

    @Test
    void aNetworkWithoutZerosTrainsAsEver() {
        ComputationGraph kept = graph();
        ComputationGraph plain = graph();
        train(kept, PLAN.keepingZeros());
        train(plain, PLAN);
        assertThat(kept.params()).isEqualTo(plain.params());
    }

    @Test
    void masksInTwoPartsAreTheMaskInOneGo() {
        ComputationGraph whole = graph();
        ComputationGraph parts = graph();
        List<MaskableLayer> layers = layers(whole);
        for (ComputationGraph graph : List.of(whole, parts)) {
            RegularGraphMask.of(RegularGraph.ring(6, 2), layers, Layers.STANDARD)
                    .applyTo(graph, false);
        }
        train(whole, PLAN.keepingZeros());
        TrainingState state =
                Trainer.train(parts, sampler(), SHAPE, 3, PLAN.keepingZeros(), TrainingState.START, 2, 1, NEVER);
        Trainer.train(parts, sampler(), SHAPE, 3, PLAN.keepingZeros(), state, 5, 1, NEVER);
        assertThat(parts.params()).isEqualTo(whole.params());
    }

    @Test
    void theyHaveNoGradient() {
        ComputationGraph graph = graph();
        WeightMask mask = RegularGraphMask.of(RegularGraph.ring(6, 2), layers(graph), Layers.STANDARD);
        mask.applyTo(graph, false);
        graph.initGradientsView();
        graph.getFlattenedGradients().assign(1);
        try (KeptZeros zeros = new KeptZeros(graph)) {
            zeros.takeFromGradient(graph);
        }
        long removed = mask.layers().stream()
                .mapToLong(each -> (long) each.layer().weights() - each.keptWeights())
                .sum();
        assertThat(graph.getFlattenedGradients().sumNumber().longValue()).isEqualTo(graph.numParams() - removed);
    }

    private static void train(ComputationGraph graph, TrainingPlan plan) {
        Trainer.train(graph, sampler(), SHAPE, 3, plan, 1, NEVER);
    }

    private static List<MaskableLayer> layers(ComputationGraph graph) {
        return MaskableLayer.of(GraphReader.read(graph.getConfiguration(), SHAPE, name -> false));
    }

    private static ComputationGraph graph() {
        ComputationGraph graph = new ComputationGraph(ChainNetworks.leNet(6, SHAPE, 3, 1));
        graph.init();
        return graph;
    }

    /** Noise: ten batches, five times. */
    private static BatchSampler sampler() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] pixels = new byte[80 * SHAPE.area()];
        random.nextBytes(pixels);
        byte[] labels = new byte[80];
        for (int image = 0; image < labels.length; image++) {
            labels[image] = (byte) (image % 3);
        }
        ImageSet images = new ImageSet(1, SHAPE.height(), SHAPE.width(), 3, pixels, labels);
        return BatchSampler.of(images, Normalization.of(images), 8);
    }
}

package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The reference is Deeplearning4j's own layer, without a helper, in double precision. */
class FastBatchNormTest {
    private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @CsvSource({
        "8, 3, 5, 7",
        "64, 8, 16, 16",
        "2, 5, 32, 32",
        "3, 2, 11, 12",
        "3, 2, 9, 15",
        "4, 19, 7, 7",
        "1, 4, 1, 1",
        "1, 4, 3, 2",
        "33, 1, 4, 4",
        "2, 70, 1, 9"
    })
    void equalsTheReferenceOnImages(long n, long c, long h, long w) {
        assertEqualsReference(InputType.convolutional(h, w, c), normal(1, n, c, h, w), normal(2, n, c, h, w));
    }

    @ParameterizedTest
    @CsvSource({"16, 5", "2, 3", "64, 100"})
    void equalsTheReferenceOnVectors(long n, long c) {
        assertEqualsReference(InputType.feedForward(c), normal(1, n, c), normal(2, n, c));
    }

    @Test
    void acceptsAnyMemoryLayout() {
        for (int side : new int[] {5, 12}) {
            InputType images = InputType.convolutional(side + 1, side, 4);
            INDArray dy = normal(2, 3, 4, side + 1, side);
            assertEqualsReference(images, normal(1, 3, 4, side + 1, side).dup('f'), dy.dup('f'));
            assertEqualsReference(images, normal(1, 3, 4, side, side + 1).permute(0, 1, 3, 2), dy);
            INDArray slice = normal(1, 7, 4, side + 1, side).get(NDArrayIndex.interval(2, 5));
            assertEqualsReference(images, slice, dy);
        }
        INDArray vectors = normal(1, 16, 5).dup('f');
        assertEqualsReference(InputType.feedForward(5), vectors, vectors.mul(0.3));
    }

    @ParameterizedTest
    @ValueSource(floats = {5, 20, 1000, -1000})
    void keepsItsDigitsWhereTheMeanIsLarge(float mean) {
        INDArray means = Nd4j.createFromArray(mean, 0f, -0.1f * mean).reshape(1, 3, 1, 1);
        INDArray x = normal(1, 16, 3, 8, 8).addi(means);
        assertEqualsReference(InputType.convolutional(8, 8, 3), x, normal(2, 16, 3, 8, 8));
        x = normal(1, 8, 3, 12, 12).addi(means);
        assertEqualsReference(InputType.convolutional(12, 12, 3), x, normal(2, 8, 3, 12, 12));
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 1000})
    void equalsTheReferenceInInference(float mean) {
        InputType type = InputType.convolutional(5, 7, 3);
        Layer fast = fast(type, DataType.FLOAT, CNN2DFormat.NCHW);
        Layer reference = plain(type, DataType.DOUBLE, CNN2DFormat.NCHW);
        fast.getParam("mean").addi(mean);
        reference.getParam("mean").assign(fast.getParam("mean"));
        INDArray x = normal(1, 8, 3, 5, 7).addi(mean);
        INDArray expected = reference.activate(x.castTo(DataType.DOUBLE), false, WORKSPACES);
        assertClose("y", fast.activate(x, false, WORKSPACES), expected);
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        Layer layer = fast(InputType.convolutional(2, 1, 2), DataType.FLOAT, CNN2DFormat.NCHW);
        INDArray x = normal(1, 3, 2, 2, 1);
        INDArray weights = normal(2, 3, 2, 2, 1);
        Passes passes = Passes.of(layer, x, weights);
        INDArray gamma = layer.getParam("gamma");
        INDArray beta = layer.getParam("beta");
        assertDifferences(layer, x, weights, x, passes.dx());
        assertDifferences(layer, x, weights, gamma, passes.gradient().getGradientFor("gamma"));
        assertDifferences(layer, x, weights, beta, passes.gradient().getGradientFor("beta"));
    }

    @Test
    void runningStatisticsAreConstantsToTheGradient() {
        Layer layer = fast(InputType.convolutional(3, 3, 2), DataType.FLOAT, CNN2DFormat.NCHW);
        INDArray x = normal(1, 4, 2, 3, 3);
        INDArray zero = Nd4j.zerosLike(x);
        INDArray dy = normal(2, 4, 2, 3, 3);
        INDArray slope = layer.activate(dy.dup(), false, WORKSPACES).sub(layer.activate(zero, false, WORKSPACES));
        layer.activate(x, false, WORKSPACES);
        Pair<Gradient, INDArray> result = layer.backpropGradient(dy, WORKSPACES);
        assertClose("dx", result.getSecond(), slope);
        assertThat(result.getFirst().getGradientFor("mean").amaxNumber().doubleValue())
                .isLessThan(1e-6);
    }

    @Test
    void declinesOtherTypesAndFormats() {
        INDArray x = normal(1, 4, 3, 5, 6);
        INDArray dy = normal(2, 4, 3, 5, 6);
        InputType nchw = InputType.convolutional(5, 6, 3);
        InputType nhwc = InputType.convolutional(5, 6, 3, CNN2DFormat.NHWC);
        INDArray doubles = x.castTo(DataType.DOUBLE);
        Passes.of(fast(nchw, DataType.DOUBLE, CNN2DFormat.NCHW), doubles, dy.castTo(DataType.DOUBLE))
                .assertClose(
                        Passes.of(plain(nchw, DataType.DOUBLE, CNN2DFormat.NCHW), doubles, dy.castTo(DataType.DOUBLE)));
        INDArray last = x.permute(0, 2, 3, 1).dup('c');
        INDArray lastGradient = dy.permute(0, 2, 3, 1).dup('c');
        Passes.of(fast(nhwc, DataType.FLOAT, CNN2DFormat.NHWC), last, lastGradient)
                .assertClose(Passes.of(plain(nhwc, DataType.FLOAT, CNN2DFormat.NHWC), last, lastGradient));
    }

    private static void assertEqualsReference(InputType type, INDArray x, INDArray dy) {
        Passes expected = Passes.of(
                plain(type, DataType.DOUBLE, CNN2DFormat.NCHW), x.castTo(DataType.DOUBLE), dy.castTo(DataType.DOUBLE));
        Passes.of(fast(type, DataType.FLOAT, CNN2DFormat.NCHW), x, dy).assertClose(expected);
    }

    /** Compares {@code gradient} with central differences of Σ weights · y with respect to {@code variable}. */
    private static void assertDifferences(
            Layer layer, INDArray x, INDArray weights, INDArray variable, INDArray gradient) {
        double step = 1e-2;
        for (int i = 0; i < variable.length(); i++) {
            double value = variable.getDouble(i);
            variable.putScalar(i, value + step);
            double above =
                    layer.activate(x, true, WORKSPACES).mul(weights).sumNumber().doubleValue();
            variable.putScalar(i, value - step);
            double below =
                    layer.activate(x, true, WORKSPACES).mul(weights).sumNumber().doubleValue();
            variable.putScalar(i, value);
            assertThat(gradient.getDouble(i)).isCloseTo((above - below) / (2 * step), within(2e-3));
        }
    }

    private static void assertClose(String name, INDArray actual, INDArray expected) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        INDArray doubles = expected.castTo(DataType.DOUBLE);
        double scale = Math.max(1, doubles.amaxNumber().doubleValue());
        double difference =
                actual.castTo(DataType.DOUBLE).sub(doubles).amaxNumber().doubleValue();
        assertThat(difference / scale).as(name).isLessThan(TOLERANCE);
    }

    private static INDArray normal(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        INDArray values = Nd4j.create(DataType.FLOAT, shape);
        for (int i = 0; i < values.length(); i++) {
            values.putScalar(i, 0.7 + 1.5 * random.nextGaussian());
        }
        return values;
    }

    private static Layer fast(InputType type, DataType precision, CNN2DFormat format) {
        ComputationGraph network = network(type, precision, format);
        assertThat(FastLayers.install(network)).isEqualTo(1);
        return network.getLayer("norm");
    }

    private static Layer plain(InputType type, DataType precision, CNN2DFormat format) {
        return PlainLayers.make(() -> network(type, precision, format)).getLayer("norm");
    }

    private static ComputationGraph network(InputType type, DataType precision, CNN2DFormat format) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .dataType(precision)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(type)
                .addLayer(
                        "norm",
                        new BatchNormalization.Builder().dataFormat(format).build(),
                        "in")
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "norm")
                .setOutputs("out")
                .build());
        network.init();
        network.initGradientsView();
        Layer layer = network.getLayer("norm");
        for (String name : new String[] {"gamma", "beta", "mean", "log10stdev"}) {
            INDArray parameter = layer.getParam(name);
            parameter.addi(Nd4j.linspace(-0.4, 0.3, parameter.length(), parameter.dataType())
                    .reshape(parameter.shape()));
        }
        return network;
    }

    private record Passes(INDArray y, INDArray dx, Gradient gradient) {
        static Passes of(Layer layer, INDArray x, INDArray dy) {
            INDArray y = layer.activate(x, true, WORKSPACES).dup();
            Pair<Gradient, INDArray> result = layer.backpropGradient(dy, WORKSPACES);
            return new Passes(y, result.getSecond(), result.getFirst());
        }

        void assertClose(Passes expected) {
            FastBatchNormTest.assertClose("y", y, expected.y);
            FastBatchNormTest.assertClose("dx", dx, expected.dx);
            for (String name : List.of("gamma", "beta", "mean", "log10stdev")) {
                FastBatchNormTest.assertClose(
                        name, gradient.getGradientFor(name), expected.gradient.getGradientFor(name));
            }
        }
    }
}

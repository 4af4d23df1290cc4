package espalier.train;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.network.TensorShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures batch normalization's running statistics anew, without a gradient: after pruning they still describe the
 * unpruned network (EagleEye, arXiv 2007.02491, section 3.3).
 *
 * <p>Every layer gets the mean and variance of all images of the pass; the layers before it normalize by their batch, as in
 * training.
 */
public final class BatchNormRecalibration {
    private BatchNormRecalibration() {}

    /**
     * Recalibrates in place; a graph without batch normalization is left as it is.
     *
     * @param images to measure on
     * @param batches at most this many batches are used
     * @param seed of the choice of images
     */
    public static void recalibrate(
            ComputationGraph graph,
            BatchSampler images,
            TensorShape shape,
            int classes,
            int batches,
            long seed,
            Deadline deadline) {
        Map<String, Moments> moments = new LinkedHashMap<>();
        for (Layer layer : graph.getLayers()) {
            if (layer.type() == Layer.Type.NORMALIZATION && layer.paramTable().containsKey("mean")) {
                moments.put(layer.conf().getLayer().getLayerName(), new Moments());
            }
        }
        if (moments.isEmpty()) {
            return;
        }
        Epoch epoch = images.training(Augmentation.NONE, seed, 0);
        try (BatchBuffer buffer =
                        new BatchBuffer(epoch.largestSize(), shape.channels(), shape.height(), shape.width(), classes);
                BatchMoments measured = BatchMoments.of(graph, shape, epoch.largestSize(), moments.keySet())) {
            for (int batch = 0; batch < Math.min(batches, epoch.batches()); batch++) {
                deadline.check();
                int size = buffer.fill(epoch, batch);
                measured.compute(buffer, size, (layer, mean, variance) -> Objects.requireNonNull(moments.get(layer))
                        .add(mean, variance));
            }
        }
        moments.forEach((name, measured) -> measured.writeTo(graph.getLayer(name)));
    }

    /** Sums over batches, in double precision. */
    private static final class Moments {
        private double[] means = new double[0];
        private double[] squares = new double[0];
        private int batches;

        void add(float[] batchMeans, float[] batchVariances) {
            if (batches++ == 0) {
                means = new double[batchMeans.length];
                squares = new double[batchMeans.length];
            }
            for (int channel = 0; channel < means.length; channel++) {
                means[channel] += batchMeans[channel];
                squares[channel] += batchVariances[channel] + (double) batchMeans[channel] * batchMeans[channel];
            }
        }

        void writeTo(Layer layer) {
            double[] variances = new double[means.length];
            for (int channel = 0; channel < means.length; channel++) {
                means[channel] /= batches;
                variances[channel] = Math.max(0, squares[channel] / batches - means[channel] * means[channel]);
            }
            assign(layer.getParam("mean"), means);
            Map<String, INDArray> parameters = layer.paramTable();
            if (parameters.containsKey("var")) {
                assign(layer.getParam("var"), variances);
            } else {
                double[] logarithms = Arrays.stream(variances)
                        .map(variance -> 0.5 * Math.log10(Math.max(variance, 1e-12)))
                        .toArray();
                assign(layer.getParam("log10stdev"), logarithms);
            }
        }

        private static void assign(INDArray parameter, double[] values) {
            parameter.assign(Nd4j.createFromArray(values).reshape(parameter.shape()));
        }
    }
}

package espalier.benchmark;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j as it comes: its own layers, through im2col; its cheapest updater, which has no momentum. */
final class Deeplearning4jContestant implements Contestant {
    private final ComputationGraph network;
    private final INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 3, 32, 32);
    private final INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, BenchmarkNetwork.CLASSES);

    Deeplearning4jContestant(BenchmarkNetwork benchmark) {
        System.setProperty("org.eclipse.deeplearning4j.helpers.disable", "true");
        network = new ComputationGraph(benchmark.configuration());
        network.init();
        for (int image = 0; image < BATCH; image++) {
            labels.putScalar(image, image % BenchmarkNetwork.CLASSES, 1);
        }
    }

    @Override
    public void train(int batches) {
        for (int batch = 0; batch < batches; batch++) {
            network.fit(new DataSet(images, labels));
        }
    }

    @Override
    public void infer(int batches) {
        for (int batch = 0; batch < batches; batch++) {
            network.output(images)[0].toFloatMatrix();
        }
    }
}

package espalier.benchmark;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;

/** The same networks on libtorch, with its own oneDNN and one thread. */
final class LibtorchContestant implements Contestant {
    private static final float MOMENTUM = 0.9f;
    private static final float RATE = 0.01f;
    private static final float WEIGHT_DECAY = 5e-4f;
    private static final float EPSILON = 1e-5f;

    private final BenchmarkNetwork network;
    private final NDManager manager;
    private final NDArray images;
    private final NDArray labels;
    private final Loss loss = Loss.softmaxCrossEntropyLoss();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<NDArray> statistics = new ArrayList<>();
    private int nextParameter;
    private int nextStatistic;

    LibtorchContestant(BenchmarkNetwork network) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        this.network = network;
        manager = Engine.getEngine("PyTorch").newBaseManager();
        // Operations are recorded for their gradient inside a collector alone.
        JniUtils.setGradMode(false);
        images = manager.randomNormal(0, 1, new Shape(BATCH, 3, 32, 32), DataType.FLOAT32);
        labels = manager.arange(BATCH).toType(DataType.INT64, false).mod(BenchmarkNetwork.CLASSES);
    }

    /** A trained array with its momentum. */
    private record Parameter(NDArray value, NDArray velocity, boolean isWeight) {}

    @Override
    public void train(int batches) {
        for (int batch = 0; batch < batches; batch++) {
            try (NDManager step = manager.newSubManager()) {
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDArray error = loss.evaluate(new NDList(labels), new NDList(logits(step, true)));
                    collector.backward(error);
                    error.getFloat();
                }
                parameters.forEach(parameter -> descend(parameter, step));
            }
        }
    }

    private static void descend(Parameter parameter, NDManager step) {
        NDArray gradient = parameter.value.getGradient();
        gradient.attach(step);
        if (parameter.isWeight) {
            gradient.addi(parameter.value.mul(WEIGHT_DECAY));
        }
        parameter.velocity.muli(MOMENTUM).addi(gradient);
        parameter.value.subi(gradient.add(parameter.velocity.mul(MOMENTUM)).muli(RATE));
        gradient.subi(gradient);
    }

    @Override
    public void infer(int batches) {
        for (int batch = 0; batch < batches; batch++) {
            try (NDManager step = manager.newSubManager()) {
                logits(step, false).toFloatArray();
            }
        }
    }

    private NDArray logits(NDManager step, boolean training) {
        nextParameter = 0;
        nextStatistic = 0;
        NDArray input = images.duplicate();
        input.attach(step);
        NDArray features =
                switch (network) {
                    case RESNET20 -> residual(input, training);
                    case MOBILENET_BLOCKS -> mobile(input, training);
                };
        NDArray pooled = Pool.globalAvgPool2d(features).reshape(BATCH, -1);
        long width = pooled.getShape().get(1);
        NDArray weight = parameter(true, 0.1, BenchmarkNetwork.CLASSES, width);
        return Linear.linear(pooled, weight, parameter(false, 0, BenchmarkNetwork.CLASSES))
                .singletonOrThrow();
    }

    private NDArray residual(NDArray images, boolean training) {
        NDArray x = Activation.relu(norm(convolve(images, 16, 3, 1, 1), training));
        for (int stage = 0; stage < 3; stage++) {
            for (int block = 0; block < 3; block++) {
                int outputs = 16 << stage;
                int stride = stage > 0 && block == 0 ? 2 : 1;
                NDArray y = Activation.relu(norm(convolve(x, outputs, 3, stride, 1), training));
                y = norm(convolve(y, outputs, 3, 1, 1), training);
                x = Activation.relu(y.add(stride == 1 ? x : shortcut(x, outputs)));
            }
        }
        return x;
    }

    /** Every second position, and zero channels on both sides. */
    private static NDArray shortcut(NDArray x, int outputs) {
        NDArray sampled = x.get(":,:,::2,::2");
        Shape shape = sampled.getShape();
        NDArray zeros =
                x.getManager().zeros(new Shape(shape.get(0), (outputs - shape.get(1)) / 2, shape.get(2), shape.get(3)));
        return NDArrays.concat(new NDList(zeros, sampled, zeros), 1);
    }

    private NDArray mobile(NDArray images, boolean training) {
        int[] widths = BenchmarkNetwork.widths();
        NDArray x = Activation.relu(norm(convolve(images, widths[0], 3, 1, 1), training));
        for (int block = 1; block < widths.length; block++) {
            x = Activation.relu(norm(convolve(x, widths[block - 1], 3, 1, widths[block - 1]), training));
            x = Activation.relu(norm(convolve(x, widths[block], 1, 1, 1), training));
        }
        return x;
    }

    private NDArray convolve(NDArray x, int outputs, int kernel, int stride, int groups) {
        long inputs = x.getShape().get(1) / groups;
        NDArray weight = parameter(true, Math.sqrt(2.0 / (inputs * kernel * kernel)), outputs, inputs, kernel, kernel);
        Shape padding = new Shape(kernel / 2, kernel / 2);
        return Conv2d.conv2d(x, weight, null, new Shape(stride, stride), padding, new Shape(1, 1), groups)
                .singletonOrThrow();
    }

    private NDArray norm(NDArray x, boolean training) {
        long channels = x.getShape().get(1);
        NDArray gamma = parameter(false, 0, channels);
        NDArray beta = parameter(false, 0, channels);
        NDArray mean = statistic(channels);
        NDArray variance = statistic(channels);
        return BatchNorm.batchNorm(x, mean, variance, gamma, beta, 1, 1 - 0.1f, EPSILON, training)
                .singletonOrThrow();
    }

    /** The next parameter in the order of the network, made at the first pass. */
    private NDArray parameter(boolean isWeight, double deviation, long... shape) {
        if (nextParameter == parameters.size()) {
            NDArray value = isWeight
                    ? manager.randomNormal(0, (float) deviation, new Shape(shape), DataType.FLOAT32)
                    : manager.ones(new Shape(shape));
            value.setRequiresGradient(true);
            parameters.add(new Parameter(value, manager.zeros(new Shape(shape)), isWeight));
        }
        return parameters.get(nextParameter++).value;
    }

    private NDArray statistic(long channels) {
        if (nextStatistic == statistics.size()) {
            statistics.add(manager.ones(new Shape(channels)));
        }
        return statistics.get(nextStatistic++);
    }
}

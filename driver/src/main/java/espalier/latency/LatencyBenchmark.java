package espalier.latency;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Measures two ONNX models side by side in ONNX Runtime, in turn: what disturbs the machine disturbs both.
 *
 * <p>Takes one image input each, which may differ in shape. Not thread-safe.
 */
public final class LatencyBenchmark implements AutoCloseable {
    private static final double NANOSECONDS = 1e6;
    private static final long SEED = 1;

    private final LatencySettings settings;
    private final Runner first;
    private final Runner second;

    /**
     * Loads two models.
     *
     * @throws IllegalArgumentException if one is not an ONNX model of one image input that takes this batch; one line
     */
    public LatencyBenchmark(LatencyModel first, LatencyModel second, LatencySettings settings) {
        this.settings = settings;
        this.first = new Runner(first, settings);
        try {
            this.second = new Runner(second, settings);
        } catch (IllegalArgumentException e) {
            this.first.close();
            throw e;
        }
    }

    /** Runs both models in turn, each of a pair before the other as often as behind it. */
    public LatencyComparison run() {
        for (int i = 0; i < settings.warmUps(); i++) {
            first.run();
            second.run();
        }
        double[] left = new double[settings.pairs()];
        double[] right = new double[settings.pairs()];
        for (int pair = 0; pair < settings.pairs(); pair++) {
            if (pair % 2 == 0) {
                left[pair] = first.run();
                right[pair] = second.run();
            } else {
                right[pair] = second.run();
                left[pair] = first.run();
            }
        }
        return LatencyComparison.of(settings, left, right);
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }

    /** One model with a batch of random images. */
    private static final class Runner implements AutoCloseable {
        private final String name;
        private final OrtSession session;
        private final OnnxTensor images;
        private final String input;

        Runner(LatencyModel model, LatencySettings settings) {
            name = model.name();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(settings.threads());
                options.setInterOpNumThreads(1);
                // Threads of the one model that wait busily would take cores from the other.
                options.addConfigEntry("session.intra_op.allow_spinning", "0");
                // What goes wrong is thrown, and needs no log besides.
                options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
                session = environment.createSession(model.onnx(), options);
            } catch (OrtException e) {
                throw failure(e);
            }
            try {
                if (session.getNumInputs() != 1) {
                    throw new IllegalArgumentException(
                            "'%s' has %d inputs; one of images is needed".formatted(name, session.getNumInputs()));
                }
                NodeInfo node = session.getInputInfo().values().iterator().next();
                input = node.getName();
                images = images(environment, shape(node, settings.batch()));
            } catch (OrtException e) {
                closeSession();
                throw failure(e);
            } catch (IllegalArgumentException e) {
                closeSession();
                throw e;
            }
        }

        private long[] shape(NodeInfo node, int batch) throws OrtException {
            long[] shape = node.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT
                    ? info.getShape().clone()
                    : new long[0];
            boolean fits = shape.length == 4
                    && (shape[0] == -1 || shape[0] == batch)
                    && Arrays.stream(shape).skip(1).allMatch(extent -> extent > 0);
            if (!fits) {
                throw new IllegalArgumentException(
                        "'%s' has the inputs %s; one of floats [batch, channels, height, width] that takes a batch of %d is needed"
                                .formatted(name, session.getInputInfo().values(), batch));
            }
            shape[0] = batch;
            return shape;
        }

        private static OnnxTensor images(OrtEnvironment environment, long[] shape) throws OrtException {
            long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (size > Integer.MAX_VALUE / Float.BYTES) {
                throw new IllegalArgumentException(
                        "a batch of shape %s has %d values; at most %d are supported, so give a smaller one"
                                .formatted(Arrays.toString(shape), size, Integer.MAX_VALUE / Float.BYTES));
            }
            FloatBuffer values = ByteBuffer.allocateDirect((int) size * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            SplittableRandom random = new SplittableRandom(SEED);
            while (values.hasRemaining()) {
                values.put((float) random.nextDouble());
            }
            return OnnxTensor.createTensor(environment, values.rewind(), shape);
        }

        /** Milliseconds of one run. */
        double run() {
            Map<String, OnnxTensor> inputs = Map.of(input, images);
            try {
                long start = System.nanoTime();
                OrtSession.Result result = session.run(inputs);
                long end = System.nanoTime();
                result.close();
                return (end - start) / NANOSECONDS;
            } catch (OrtException e) {
                throw failure(e);
            }
        }

        private IllegalArgumentException failure(OrtException problem) {
            return new IllegalArgumentException(
                    "'%s' does not run in ONNX Runtime (%s)"
                            .formatted(
                                    name, String.valueOf(problem.getMessage()).replaceAll("\\s+", " ")),
                    problem);
        }

        @Override
        public void close() {
            images.close();
            closeSession();
        }

        private void closeSession() {
            try {
                session.close();
            } catch (OrtException e) {
                throw failure(e);
            }
        }
    }
}

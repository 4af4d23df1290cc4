package espalier.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The judge from outside: ONNX Runtime on one thread. */
final class OnnxRuntime {
    private OnnxRuntime() {}

    /** The values of an output for a batch of images. */
    static INDArray run(byte[] model, String output, INDArray images) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor tensor = OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(images.dup('c').data().asFloat()), images.shape())) {
                String input = session.getInputNames().iterator().next();
                try (OrtSession.Result result = session.run(Map.of(input, tensor))) {
                    OnnxTensor values = (OnnxTensor) result.get(output).orElseThrow();
                    float[] copied = new float[values.getFloatBuffer().remaining()];
                    values.getFloatBuffer().get(copied);
                    return Nd4j.create(copied, values.getInfo().getShape(), 'c');
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}

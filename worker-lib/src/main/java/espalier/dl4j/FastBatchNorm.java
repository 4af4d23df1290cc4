package espalier.dl4j;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalizationHelper;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of float activations {@code [N, C, H, W]} and {@code [N, C]} in few passes that are fast on the CPU: two
 * forward, for the sums and for y, and two backward, for the sums and for dx.
 * <pre>
 * y  = scale · x + (beta − scale · mean)               scale = gamma / √(variance + ε)
 * dx = scale · (dy − mean(dy) − x̂ · mean(dy · x̂))      x̂     = (x − mean) / √(variance + ε)
 * </pre>
 * For other types and for {@code NHWC} it declines, and Deeplearning4j runs its own path. An instance belongs to one layer and serves one thread.
 */
final class FastBatchNorm implements BatchNormalizationHelper {
    private @Nullable Moments moments;

    @Override
    public boolean checkSupported() {
        return true;
    }

    @Override
    public boolean checkSupported(double epsilon, boolean fixedGammaBeta) {
        return !fixedGammaBeta;
    }

    @Override
    public Map<String, Long> helperMemoryUse() {
        return Map.of();
    }

    @Override
    public @Nullable INDArray preOutput(
            INDArray x,
            boolean training,
            long[] shape,
            INDArray gamma,
            INDArray beta,
            INDArray runningMean,
            INDArray runningVariance,
            double decay,
            double epsilon,
            CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        if (!supports(x, format)) {
            return null;
        }
        INDArray y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, x.shape(), 'c');
        ChannelRows input = ChannelRows.of(contiguous(x));
        ChannelRows output = ChannelRows.of(y);
        Moments current = training
                ? Moments.ofBatch(input, output, epsilon)
                : Moments.running(toDoubles(runningMean), toDoubles(runningVariance), epsilon);
        double[] scale = toDoubles(gamma);
        double[] shift = toDoubles(beta);
        for (int channel = 0; channel < scale.length; channel++) {
            scale[channel] *= current.inverseDeviation(channel, epsilon);
            shift[channel] -= current.offset(channel) * scale[channel];
        }
        output.assign(scale, current.centred(input, output), shift);
        moments = current;
        return y;
    }

    @Override
    public @Nullable Pair<Gradient, INDArray> backpropGradient(
            INDArray x,
            INDArray dy,
            long[] shape,
            INDArray gamma,
            INDArray beta,
            INDArray gammaGradient,
            INDArray betaGradient,
            double epsilon,
            CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        Moments current = moments;
        if (current == null || !supports(x, format)) {
            return null;
        }
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
        ChannelRows input = ChannelRows.of(contiguous(x));
        ChannelRows outputGradient = ChannelRows.of(contiguous(dy));
        ChannelRows inputGradient = ChannelRows.of(dx);

        // Sums of dy and of dy · (x − centre); the input gradient lends its memory.
        ChannelSums sums = outputGradient.sums(current.centred(input, inputGradient), inputGradient);
        double[] scale = toDoubles(gamma);
        double[] slope = new double[scale.length];
        double[] intercept = new double[scale.length];
        double share = current.ofBatch() ? 1.0 / input.count() : 0;
        for (int channel = 0; channel < scale.length; channel++) {
            double inverseDeviation = current.inverseDeviation(channel, epsilon);
            double offset = current.offset(channel);
            double sum = sums.values(channel);
            double scaleGradient = (sums.products(channel) - offset * sum) * inverseDeviation;
            gammaGradient.putScalar(channel, scaleGradient);
            betaGradient.putScalar(channel, sum);
            scale[channel] *= inverseDeviation;
            slope[channel] = -scale[channel] * scaleGradient * inverseDeviation * share;
            intercept[channel] = -scale[channel] * sum * share - slope[channel] * offset;
        }
        inputGradient.assign(slope, current.centred(input, inputGradient), scale, outputGradient, intercept);

        Gradient gradient = new DefaultGradient();
        gradient.setGradientFor(BatchNormalizationParamInitializer.GAMMA, gammaGradient);
        gradient.setGradientFor(BatchNormalizationParamInitializer.BETA, betaGradient);
        return new Pair<>(gradient, dx);
    }

    @Override
    public @Nullable INDArray getMeanCache(DataType dataType) {
        return moments == null ? null : toArray(moments.mean());
    }

    @Override
    public @Nullable INDArray getVarCache(DataType dataType) {
        return moments == null ? null : toArray(moments.variance());
    }

    private static boolean supports(INDArray x, CNN2DFormat format) {
        return x.dataType() == DataType.FLOAT && x.rank() == 4 && format == CNN2DFormat.NCHW;
    }

    private static INDArray contiguous(INDArray array) {
        return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array) ? array : array.dup('c');
    }

    private static double[] toDoubles(INDArray vector) {
        double[] values = new double[Math.toIntExact(vector.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.getDouble(i);
        }
        return values;
    }

    private static INDArray toArray(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return Nd4j.create(floats, new long[] {floats.length}, 'c');
    }
}

package espalier.dl4j;

import java.lang.invoke.VarHandle;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolves once for each step of training. Deeplearning4j convolves again in the backward pass, for the values before the activation function, unless
 * the layer has kept them; the identity, for which alone this is made, asks nothing but their shape.
 */
class FastConvolution extends MKLDNNConvHelper {
    private static final VarHandle KEPT = FastLayers.field(ConvolutionLayer.class, "preOutput", INDArray.class);

    private final ConvolutionLayer layer;

    FastConvolution(ConvolutionLayer layer) {
        super(layer.params().dataType());
        this.layer = layer;
    }

    @Override
    public @Nullable INDArray preOutput(
            INDArray input,
            INDArray weights,
            INDArray bias,
            int[] kernel,
            int[] strides,
            int[] pad,
            AlgoMode mode,
            FwdAlgo algorithm,
            ConvolutionMode convolutionMode,
            int[] dilation,
            CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        INDArray output = super.preOutput(
                input,
                weights,
                bias,
                kernel,
                strides,
                pad,
                mode,
                algorithm,
                convolutionMode,
                dilation,
                format,
                workspaces);
        KEPT.set(layer, output);
        return output;
    }
}

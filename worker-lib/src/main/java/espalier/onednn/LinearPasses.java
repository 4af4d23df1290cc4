package espalier.onednn;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;

/** The passes of a linear operation as oneDNN describes them. */
interface LinearPasses {
    primitive_desc forward();

    /** Gradients of weights and bias. */
    primitive_desc backwardWeights();

    /** Gradient of the input. */
    primitive_desc backwardData();

    /** The layout in which other operations find the result. */
    memory.desc result();

    /** The result, or its gradient, as the passes take it; belongs to the given one. */
    Tensor seen(Tensor result);
}

package espalier.onnx;

/** What a name in an ONNX graph stands for: a tensor that depends on the image, or one that does not. */
sealed interface Value permits Step, Constant {}

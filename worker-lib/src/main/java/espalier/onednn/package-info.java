/** Deeplearning4j graphs compiled into oneDNN primitives, for training and for inference on the CPU. */
@NullMarked
package espalier.onednn;

import org.jspecify.annotations.NullMarked;

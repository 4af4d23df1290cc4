/** Deeplearning4j made fast on the CPU: the native runtime, and faster batch normalisation and ReLU for its graphs. */
@NullMarked
package espalier.dl4j;

import org.jspecify.annotations.NullMarked;

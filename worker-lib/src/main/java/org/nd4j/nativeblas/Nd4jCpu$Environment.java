package org.nd4j.nativeblas;

/**
 * Lets Deeplearning4j 1.0.0-M2.1 use oneDNN for its layers.
 *
 * <p>Before it attaches a oneDNN helper to a layer, Deeplearning4j looks up a class of exactly this name by reflection and asks it
 * whether oneDNN is in use. That release moved the native bindings to another package and left the name behind, so the answer was
 * always no, and every convolution went through im2col. This class is found in its place and says yes; the native library decides
 * by itself, operation by operation, whether oneDNN can run it.
 *
 * @see espalier.dl4j.NativeRuntime
 */
public final class Nd4jCpu$Environment {
    private static final Nd4jCpu$Environment INSTANCE = new Nd4jCpu$Environment();

    private Nd4jCpu$Environment() {}

    /** The one instance; called by name. */
    public static Nd4jCpu$Environment getInstance() {
        return INSTANCE;
    }

    /** Whether layers may use oneDNN; called by name. */
    public boolean isUseMKLDNN() {
        return true;
    }
}

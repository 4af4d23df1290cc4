package espalier.dl4j;

import java.util.function.Supplier;

/** Makes networks whose layers have no helper, so that Deeplearning4j's own Java path serves as the reference. */
final class PlainLayers {
    private static final String PROPERTY = "org.eclipse.deeplearning4j.helpers.disable";

    private PlainLayers() {}

    static <T> T make(Supplier<T> network) {
        String before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, "true");
        try {
            return network.get();
        } finally {
            if (before == null) {
                System.clearProperty(PROPERTY);
            } else {
                System.setProperty(PROPERTY, before);
            }
        }
    }
}

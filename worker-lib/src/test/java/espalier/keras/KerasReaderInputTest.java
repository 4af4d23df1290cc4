package espalier.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.keras.KerasNetworkWriter.Node;
import espalier.keras.KerasReference.Window;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is not a network that can be read is refused in one line. */
class KerasReaderInputTest {
    private final KerasNetworkWriter keras = new KerasNetworkWriter();
    private final Node images = keras.input(6, 6, 3);

    @Test
    void bytesThatAreNoHdf5File() {
        assertRefused(new byte[0], "its 0 bytes are no HDF5 file, or not all of one");
        assertRefused("PK and the like".getBytes(StandardCharsets.UTF_8), "its 15 bytes are no HDF5 file");
    }

    @Test
    void filesThatAreCutOff() {
        byte[] whole = classifier();
        for (int tenth = 1; tenth < 10; tenth++) {
            byte[] part = Arrays.copyOf(whole, whole.length * tenth / 10);
            assertRefused(part, "'bad.h5' is not a Keras network that can be read (");
        }
    }

    @Test
    void filesWithDamage() {
        byte[] whole = classifier();
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            try {
                KerasReader.read(damaged, "bad.h5");
            } catch (IllegalArgumentException e) {
                assertThat(e).message().hasLineCount(1);
            }
        }
    }

    @Test
    void filesOfWeightsAlone() {
        try (KerasFileWriter file = new KerasFileWriter()) {
            file.attribute("backend", "tensorflow");
            assertRefused(file.bytes(), "it has no attribute 'model_config'");
        }
    }

    @Test
    void configurationsThatAreSomethingElse() {
        assertRefused(keras.fileOf("not json"), "is not a Keras network that can be read (");
        assertRefused(keras.fileOf("[".repeat(1 << 17)), "is not a Keras network that can be read (");
        assertRefused(keras.fileOf("{}"), "is not a Keras network that can be read (");
        assertRefused(
                keras.fileOf("{\"class_name\": \"Graph\", \"config\": {}}"),
                "it is of class Graph; Sequential and Functional networks are read");
    }

    @Test
    void layersThatAreNotKnown() {
        for (String type : new String[] {"Lambda", "Conv2DTranspose", "TFOpLambda", "java.lang.Runtime"}) {
            KerasNetworkWriter network = new KerasNetworkWriter();
            Node end = network.map(type, "odd", network.input(6, 6, 3), "", x -> x);
            assertRefused(network.file(end), "layer 'odd' (" + type + ") is of a class that is not known; known are ");
        }
    }

    @Test
    void activationsThatAreNotKnown() {
        Node end = keras.map("Activation", "odd", images, "'activation': 'mine'", x -> x);
        assertRefused(keras.file(end), "layer 'odd' (Activation) has the activation 'mine'; known are [elu, ");
    }

    @Test
    void settingsThatCannotBe() {
        assertRefusedLayer("Conv2D", "'kernel_size': [3, 3]", "layer 'odd' (Conv2D) has no setting 'filters'");
        assertRefusedLayer(
                "Conv2D",
                "'filters': 4, 'kernel_size': 'three'",
                "layer 'odd' has kernel_size \"three\", which is not an integer");
        assertRefusedLayer(
                "Conv2D",
                "'filters': -4, 'kernel_size': 3",
                "layer 'odd' (Conv2D) has filters -4; it must be at least 1");
        assertRefusedLayer(
                "Conv2D",
                "'filters': 4, 'kernel_size': 3, 'groups': 3",
                "layer 'odd' (Conv2D) has 3 groups; 1 is read");
        assertRefusedLayer("MaxPooling2D", "'pool_size': 9", "has a window of 9x9 on images of 6x6; it must fit");
        assertRefusedLayer("MaxPooling2D", "'pool_size': 0", "layer 'odd' (MaxPooling2D) has kernel ");
        assertRefusedLayer("Cropping2D", "'cropping': 3", "shape is [3, 0, 0]; every extent must be at least 1");
        assertRefusedLayer("UpSampling2D", "'size': 2, 'interpolation': 'bilinear'", "has interpolation 'bilinear'");
        assertRefusedLayer("UpSampling2D", "'size': 1000000000", "integer overflow");
        assertRefusedLayer("Dropout", "'rate': 1.0", "layer 'odd' (Dropout) has rate 1.0; it must be in [0, 1)");
        assertRefusedLayer("Softmax", "'axis': -1", "is a softmax over axis -1 of [6, 6, 3]");
        assertRefusedLayer("BatchNormalization", "'axis': 1", "works along axis 1; the channels are axis 3");
        assertRefusedLayer("Reshape", "'target_shape': [3, 36]", "makes [3, 36] of [6, 6, 3]; a reshape to a vector");
        assertRefusedLayer("Reshape", "'target_shape': [7]", "makes [7] of [6, 6, 3], which has 108 numbers");
        assertRefusedLayer("Add", "", "layer 'odd' (Add) reads [images]; it takes two inputs or more");
    }

    @Test
    void vectorsThatFillTheMemory() {
        Node huge = keras.layer("UpSampling2D", "up", "'size': 3000", images.value(), images);
        Node flat = keras.layer("Flatten", "flat", "", images.value(), huge);
        assertRefused(
                keras.file(flat), "layer 'flat' (Flatten) makes a vector of 972,000,000 features; at most 16,777,216");
    }

    @Test
    void inputsWithoutAFixedSize() {
        KerasNetworkWriter network = new KerasNetworkWriter();
        Node any = network.layer("InputLayer", "images", "'batch_input_shape': [null, null, null, 3]", images.value());
        assertRefused(
                network.file(network.globalAverage("mean", any)),
                "takes [null,null,null,3]; give it images of a fixed height and width");
    }

    @Test
    void moreInputsThanOne() {
        Node second = keras.layer("InputLayer", "second", "'batch_input_shape': [null, 6, 6, 3]", images.value());
        Node sum = keras.combine("Add", "sum", Double::sum, images, second);
        assertRefused(keras.file(sum), "it has 2 inputs; one of images is read");
    }

    @Test
    void layersThatAreUsedTwice() {
        Node end = keras.convolution("conv", images, 3, 3, 1, "same", true, "relu");
        String configuration = keras.modelConfiguration(end)
                .replace("[[[\"images\", 0, 0, {}]]]", "[[[\"images\", 0, 0, {}]], [[\"conv\", 0, 0, {}]]]");
        assertRefused(
                keras.fileOf(configuration),
                "layer 'conv' is used 2 times with the same weights; give each use a layer of its own");
    }

    @Test
    void layersThatTrainWhileTheyAreUsed() {
        Node end = keras.convolution("conv", images, 3, 3, 1, "same", true, "relu");
        String configuration = keras.modelConfiguration(end);
        for (String call : new String[] {
            "[[[\"images\", 0, 0, {\"training\": true}]]]",
            "[{\"args\": [[\"images\", 0, 0]], \"kwargs\": {\"training\": true}}]"
        }) {
            assertRefused(
                    keras.fileOf(configuration.replace("[[[\"images\", 0, 0, {}]]]", call)),
                    "layer 'conv' (Conv2D) is called with training=True");
        }
    }

    @Test
    void moreChannelsThanAnyNetworkHas() {
        String layers = "{\"class_name\": \"InputLayer\", \"name\": \"x0\", \"inbound_nodes\": [],"
                + " \"config\": {\"name\": \"x0\", \"batch_input_shape\": [null, 1, 1, 3]}}";
        for (int i = 1; i < 40; i++) {
            String twice = "[\"x%d\", 0, 0, {}]".formatted(i - 1);
            layers +=
                    ", {\"class_name\": \"Concatenate\", \"name\": \"x%d\", \"config\": {\"name\": \"x%d\"}, \"inbound_nodes\": [[%s, %s]]}"
                            .formatted(i, i, twice, twice);
        }
        assertRefused(
                keras.fileOf("{\"class_name\": \"Functional\", \"config\": {\"name\": \"model\", \"layers\": [" + layers
                        + "], \"input_layers\": [[\"x0\", 0, 0]], \"output_layers\": [[\"x39\", 0, 0]]}}"),
                "layer 'x23' (Concatenate) joins 25165824 channels; at most 16777216 are joined");
    }

    @Test
    void layersThatReadThemselvesOrNothing() {
        Node end = keras.convolution("conv", images, 3, 3, 1, "same", true, "relu");
        String configuration = keras.modelConfiguration(end);
        assertRefused(
                keras.fileOf(configuration.replace("[[[\"images\", 0, 0, {}]]]", "[[[\"conv\", 0, 0, {}]]]")),
                "layer 'conv' reads [conv], of which one is missing or reads it back");
        assertRefused(
                keras.fileOf(configuration.replace("[[[\"images\", 0, 0, {}]]]", "[[[\"nobody\", 0, 0, {}]]]")),
                "layer 'conv' reads [nobody], of which one is missing or reads it back");
    }

    @Test
    void weightsThatAreMissingOrDoNotFit() {
        Node end = keras.dense("classes", keras.flatten("flat", images), 4, true, "softmax");
        Tensor bias = keras.weights("classes").remove("classes/bias:0");
        assertRefused(
                keras.file(end),
                "layer 'classes' (Dense) has the weights [classes/kernel:0] in the file, and its configuration needs 2");
        keras.weights("classes").put("classes/bias:0", Tensor.zeros(5));
        assertRefused(
                keras.file(end),
                "its array 'model_weights/classes/classes/bias:0' has shape [5], and the configuration needs [4]");
        assertThat(bias).isNotNull();
        keras.weights("classes").put("classes/bias:0", bias);
        bias.values()[2] = Float.NaN;
        assertRefused(keras.file(end), "parameter 'b' of layer 'classes' is not finite");
    }

    @Test
    void imagesThatDoNotFitTogether() {
        Node small = keras.pool("MaxPooling2D", "pool", images, new Window(2, 2, 2, 1, false));
        Node sum = keras.layer("Add", "sum", "", images.value(), small, images);
        assertRefused(keras.file(sum), "layer 'sum' (Add) combines [3, 3, 3] and [6, 6, 3], in different orders");
    }

    @Test
    void imagesThatDoNotFitSideBySide() {
        Node small = keras.pool("MaxPooling2D", "pool", images, new Window(2, 2, 2, 1, false));
        Node both = keras.layer("Concatenate", "both", "", images.value(), small, images);
        assertRefused(keras.file(both), "layer 'both' (Concatenate) joins [3, 3, 3] and [6, 6, 3]");
    }

    @Test
    void backendsWithOtherWeights() {
        Node end = keras.globalAverage("mean", images);
        assertRefused(keras.backend("theano").file(end), "its backend is 'theano'; ");
    }

    private void assertRefusedLayer(String type, String settings, String reason) {
        KerasNetworkWriter network = new KerasNetworkWriter();
        assertRefused(network.file(network.map(type, "odd", network.input(6, 6, 3), settings, x -> x)), reason);
    }

    private byte[] classifier() {
        Node conv = keras.convolution("conv", images, 4, 3, 1, "same", true, "relu");
        return keras.file(keras.dense("classes", keras.flatten("flat", conv), 4, true, "softmax"));
    }

    private static void assertRefused(byte[] file, String reason) {
        assertThatThrownBy(() -> KerasReader.read(file, "bad.h5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'bad.h5' is not a Keras network that can be read (")
                .hasMessageEndingWith("); save one of known layers with its weights as HDF5: model.save('network.h5')")
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e).message().hasLineCount(1));
    }
}

package espalier.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;

/** Image sets that tests make, and the real one where it is at hand. */
final class TestImages {
    private TestImages() {}

    /** Random pixels; labels 0, 1, 2 and so on over and over. */
    static ImageSet random(int count, int channels, int height, int width, int classes) {
        byte[] pixels = new byte[count * channels * height * width];
        new SplittableRandom(1).nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        return new ImageSet(channels, height, width, classes, pixels, labels);
    }

    /** One image of one channel whose pixels are given. */
    static ImageSet single(int height, int width, int... values) {
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = (byte) values[i];
        }
        return new ImageSet(1, height, width, 1, pixels, new byte[1]);
    }

    /** The folder of Fashion-MNIST, where there is one. */
    static Optional<Path> fashionMnist() {
        return folder("fashion-mnist");
    }

    /** The folder of CIFAR-10, where there is one. */
    static Optional<Path> cifar10() {
        return folder("cifar10");
    }

    private static Optional<Path> folder(String name) {
        String data = System.getenv().getOrDefault("ESPALIER_DATA", "../../shared/data");
        return Optional.of(Path.of(data, name)).filter(Files::isDirectory);
    }
}

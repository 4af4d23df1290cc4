package espalier.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A set of grey images made from a seed, for tests and demonstrations without a download. Each class is a family of figures
 * at a random place, size, angle, aspect and contrast, on a sloping background with stray strokes and pixel noise: small
 * convolutional networks learn it in a few epochs, wider ones learn it better, and the mean image of a class tells little.
 *
 * <p>Image i is of class {@code i mod classes}, so any leading part of a set is balanced. It depends on the seed, its part
 * (training or test) and its index, not on the number of images.
 */
public final class SyntheticImages {
    /**
     * What to make.
     *
     * @param size height and width in pixels, 12 to 32
     * @param classes 2 to 10
     * @param trainCount number of training images, at least one per class
     * @param testCount number of test images, at least one per class
     * @param noise standard deviation of the pixel noise as a share of the grey scale, 0 to 0.5
     */
    public record Options(int size, int classes, int trainCount, int testCount, double noise, long seed) {
        public Options {
            Checks.range("size", size, 12, 32);
            Checks.range("classes", classes, 2, FAMILIES.size());
            Checks.range("trainCount", trainCount, classes, MAXIMUM_COUNT);
            Checks.range("testCount", testCount, classes, MAXIMUM_COUNT);
            Checks.range("noise", noise, 0, 0.5);
        }
    }

    private static final List<FigureFamily> FAMILIES = List.of(FigureFamily.values());
    private static final int MAXIMUM_COUNT = 1_000_000;
    private static final Canvas.Figure STROKE = (x, y) -> Math.max(Math.abs(x), Math.abs(y)) - 1;

    private SyntheticImages() {}

    /** Makes the training and the test images: the same on every machine. */
    public static TrainAndTest generate(Options options) {
        return new TrainAndTest(
                generate(options, options.trainCount(), RandomStreams.SYNTHETIC_TRAIN),
                generate(options, options.testCount(), RandomStreams.SYNTHETIC_TEST));
    }

    private static ImageSet generate(Options options, int count, long purpose) {
        int size = options.size();
        byte[] pixels = new byte[Math.multiplyExact(count, size * size)];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            int label = i % options.classes();
            SplittableRandom random = RandomStreams.stream(options.seed(), purpose, i);
            Canvas canvas = new Canvas(size);
            canvas.slope(uniform(random, 0.05, 0.35), uniform(random, -0.1, 0.1), uniform(random, -0.1, 0.1));
            strokes(canvas, random);
            figure(canvas, FAMILIES.get(label), random);
            strokes(canvas, random);
            canvas.noise(options.noise(), random);
            canvas.copyTo(pixels, i * size * size);
            labels[i] = (byte) label;
        }
        return new ImageSet(1, size, size, options.classes(), pixels, labels);
    }

    private static void figure(Canvas canvas, Canvas.Figure figure, SplittableRandom random) {
        double radius = uniform(random, 0.45, 0.75);
        double play = 0.9 - radius;
        Canvas.Pose pose = new Canvas.Pose(
                uniform(random, -play, play),
                uniform(random, -play, play),
                radius,
                uniform(random, 0.7, 1),
                uniform(random, -Math.PI / 4, Math.PI / 4));
        canvas.draw(figure, pose, uniform(random, 0.3, 0.65));
    }

    private static void strokes(Canvas canvas, SplittableRandom random) {
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Canvas.Pose pose = new Canvas.Pose(
                    uniform(random, -1, 1),
                    uniform(random, -1, 1),
                    uniform(random, 0.2, 0.5),
                    uniform(random, 0.15, 0.3),
                    uniform(random, 0, Math.PI));
            canvas.draw(STROKE, pose, uniform(random, -0.3, 0.3));
        }
    }

    private static double uniform(SplittableRandom random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}

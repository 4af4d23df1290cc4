package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.data.SyntheticImages.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticImagesTest {
    private final Path folder;

    SyntheticImagesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void sameSeedGivesSameFiles() throws IOException {
        Options options = new Options(16, 10, 100, 50, 0.1, 5);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        IdxWriter.writeFolder(SyntheticImages.generate(options), first);
        IdxWriter.writeFolder(SyntheticImages.generate(options), second);

        try (Stream<Path> files = Files.list(first)) {
            assertThat(files).hasSize(4).allSatisfy(file -> {
                byte[] bytes = Files.readAllBytes(file);
                assertThat(second.resolve(file.getFileName())).hasBinaryContent(bytes);
                // Bytes 4 to 7 of a gzip file are its time.
                assertThat(Arrays.copyOfRange(bytes, 4, 8)).containsOnly(0);
            });
        }
        assertThat(SyntheticImages.generate(new Options(16, 10, 100, 50, 0.1, 6)))
                .isNotEqualTo(SyntheticImages.generate(options));
    }

    @Test
    void imagesDoNotChangeFromVersionToVersion() {
        TrainAndTest images = SyntheticImages.generate(new Options(12, 10, 20, 10, 0.1, 1));

        assertThat(Fingerprint.of(images.train()))
                .isEqualTo("2c92b77f3a5f461f07218f5b22627400c27774d597deb239c6731731ef33c626");
        assertThat(Fingerprint.of(images.test()))
                .isEqualTo("b90b9f178527e9f4b966c3e149640e584d7ce4f862b0ca0734dfdfd6f26cba1a");
    }

    @Test
    void classesAreBalancedInEveryLeadingPart() {
        ImageSet train =
                SyntheticImages.generate(new Options(12, 4, 42, 4, 0.1, 1)).train();

        assertThat(train.classCounts()).containsExactly(11, 11, 10, 10);
        assertThat(train.limit(8).classCounts()).containsOnly(2);
    }

    @Test
    void imageDoesNotDependOnHowManyThereAre() {
        TrainAndTest few = SyntheticImages.generate(new Options(12, 3, 10, 10, 0.1, 1));
        TrainAndTest many = SyntheticImages.generate(new Options(12, 3, 30, 20, 0.1, 1));

        assertThat(many.train().limit(10)).isEqualTo(few.train());
        assertThat(many.test().limit(10)).isEqualTo(few.test());
        assertThat(few.train()).isNotEqualTo(few.test());
    }

    @Test
    void makesTheShapeThatWasAskedFor() {
        for (int size : new int[] {12, 17, 32}) {
            ImageSet test =
                    SyntheticImages.generate(new Options(size, 2, 2, 3, 0, 1)).test();

            assertThat(test).hasToString("ImageSet[3 images of 1 x %d x %d, 2 classes]".formatted(size, size));
        }
    }

    @Test
    void noiseHasTheStandardDeviationThatWasAskedFor() {
        ImageSet clean =
                SyntheticImages.generate(new Options(32, 10, 100, 10, 0, 1)).train();
        ImageSet noisy =
                SyntheticImages.generate(new Options(32, 10, 100, 10, 0.04, 1)).train();

        double squares = 0;
        int count = 0;
        for (int i = 0; i < clean.pixels().length; i++) {
            int value = clean.pixels()[i] & 0xff;
            // Away from black and white, where nothing is cut off.
            if (value > 60 && value < 195) {
                double difference = (noisy.pixels()[i] & 0xff) - value;
                squares += difference * difference;
                count++;
            }
        }

        assertThat(count).isGreaterThan(10_000);
        assertThat(Math.sqrt(squares / count) / 255).isBetween(0.038, 0.042);
    }

    @Test
    void meanImageTellsLittleButNeighboursTellTheClass() {
        TrainAndTest images = SyntheticImages.generate(new Options(16, 10, 1500, 400, 0.1, 7));

        double nearestMean = accuracy(
                images.test(),
                classMeans(images.train()),
                IntStream.range(0, 10).toArray());
        double nearestNeighbour = accuracy(images.test(), rows(images.train()), labels(images.train()));

        // Chance is 0.1.
        assertThat(nearestMean).isBetween(0.15, 0.5);
        assertThat(nearestNeighbour).isBetween(nearestMean + 0.1, 0.75);
    }

    @Test
    void everyClassIsRecognisedByItsNeighbours() {
        TrainAndTest images = SyntheticImages.generate(new Options(16, 10, 1000, 250, 0.02, 7));
        float[][] references = rows(images.train());
        int[] labels = labels(images.train());

        for (int label = 0; label < 10; label++) {
            int wanted = label;
            ImageSet ofClass = images.test()
                    .subset(IntStream.range(0, 250)
                            .filter(i -> images.test().label(i) == wanted)
                            .toArray());
            assertThat(accuracy(ofClass, references, labels))
                    .as("class %d", label)
                    .isGreaterThan(0.2);
        }
    }

    @Test
    void rejectsOptionsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Options(11, 10, 100, 100, 0.1, 1))
                .withMessage("size is 11, but must be from 12 to 32: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Options(16, 11, 100, 100, 0.1, 1))
                .withMessage("classes is 11, but must be from 2 to 10: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Options(16, 10, 9, 100, 0.1, 1))
                .withMessage("trainCount is 9, but must be from 10 to 1000000: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Options(16, 10, 100, 9, 0.1, 1))
                .withMessage("testCount is 9, but must be from 10 to 1000000: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Options(16, 10, 100, 100, Double.NaN, 1))
                .withMessage("noise is NaN, but must be from 0.0 to 0.5: change it");
    }

    /** The share of images whose nearest reference has their label. */
    private static double accuracy(ImageSet images, float[][] references, int[] labels) {
        float[][] rows = rows(images);
        long right = IntStream.range(0, rows.length)
                .filter(i -> labels[nearest(rows[i], references)] == images.label(i))
                .count();
        return (double) right / rows.length;
    }

    private static int nearest(float[] row, float[][] references) {
        int nearest = 0;
        float least = Float.MAX_VALUE;
        for (int i = 0; i < references.length; i++) {
            float sum = 0;
            for (int j = 0; j < row.length; j++) {
                float difference = row[j] - references[i][j];
                sum += difference * difference;
            }
            if (sum < least) {
                least = sum;
                nearest = i;
            }
        }
        return nearest;
    }

    private static float[][] classMeans(ImageSet images) {
        float[][] rows = rows(images);
        int[] counts = images.classCounts();
        float[][] means = new float[images.classes()][images.imageSize()];
        for (int i = 0; i < rows.length; i++) {
            int label = images.label(i);
            for (int j = 0; j < rows[i].length; j++) {
                means[label][j] += rows[i][j] / counts[label];
            }
        }
        return means;
    }

    private static float[][] rows(ImageSet images) {
        float[][] rows = new float[images.count()][images.imageSize()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = images.pixels()[i * images.imageSize() + j] & 0xff;
            }
        }
        return rows;
    }

    private static int[] labels(ImageSet images) {
        return IntStream.range(0, images.count()).map(images::label).toArray();
    }
}

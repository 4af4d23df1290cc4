package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.data.Augmentation.Flip;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
    private static final ImageSet IMAGES = TestImages.random(10, 2, 3, 4, 3);
    private static final Normalization NORMALIZATION = Normalization.of(IMAGES);

    private final BatchSampler sampler = BatchSampler.of(IMAGES, NORMALIZATION, 4);

    @Test
    void evaluationKeepsOrderAndLastPartialBatch() {
        Epoch epoch = sampler.evaluation();

        assertThat(epoch.batches()).isEqualTo(3);
        assertThat(epoch.size(2)).isEqualTo(2);
        assertThat(order(epoch)).containsExactly(IntStream.range(0, 10).toArray());
    }

    @Test
    void trainingShufflesAndDropsLastPartialBatch() {
        Epoch epoch = sampler.training(Augmentation.NONE, 1, 0);

        assertThat(epoch.batches()).isEqualTo(2);
        assertThat(order(epoch))
                .hasSize(8)
                .doesNotHaveDuplicates()
                .isNotEqualTo(IntStream.range(0, 8).toArray());
    }

    @Test
    void trainingKeepsPartialBatchThatIsTheOnlyOne() {
        Epoch epoch = BatchSampler.of(IMAGES, NORMALIZATION, 64).training(Augmentation.NONE, 1, 0);

        assertThat(epoch.batches()).isEqualTo(1);
        assertThat(epoch.largestSize()).isEqualTo(10);
    }

    @Test
    void fullLastBatchIsKeptByBoth() {
        BatchSampler even = BatchSampler.of(IMAGES, NORMALIZATION, 5);

        assertThat(even.evaluation().batches()).isEqualTo(2);
        assertThat(even.training(Augmentation.NONE, 1, 0).batches()).isEqualTo(2);
    }

    @Test
    void orderDependsOnSeedAndEpochAlone() {
        int[] first = order(sampler.training(Augmentation.NONE, 1, 0));

        assertThat(order(sampler.training(new Augmentation(1, Flip.HORIZONTAL), 1, 0)))
                .isEqualTo(first);
        assertThat(order(sampler.training(Augmentation.NONE, 1, 1))).isNotEqualTo(first);
        assertThat(order(sampler.training(Augmentation.NONE, 2, 0))).isNotEqualTo(first);
    }

    @Test
    void everyImageTakesEveryPlaceAboutAsOften() {
        BatchSampler whole = BatchSampler.of(IMAGES, NORMALIZATION, 10);
        int[][] counts = new int[10][10];
        for (int epoch = 0; epoch < 5_000; epoch++) {
            int[] order = order(whole.training(Augmentation.NONE, 3, epoch));
            for (int place = 0; place < 10; place++) {
                counts[place][order[place]]++;
            }
        }

        // Each of 10 x 10 cells gets 500 with a standard deviation of 21.
        assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(400, 600));
    }

    @Test
    void fillWritesNormalisedPixelsAndLabelsOfTheBatch() {
        float[][] tables = NORMALIZATION.tables();
        Epoch epoch = sampler.training(Augmentation.NONE, 1, 0);
        float[] pixels = new float[4 * 24];
        int[] labels = new int[4];

        int size = epoch.fill(1, pixels, labels);

        assertThat(size).isEqualTo(4);
        int[] indices = epoch.indices(1);
        for (int i = 0; i < 4; i++) {
            assertThat(labels[i]).isEqualTo(IMAGES.label(indices[i]));
            for (int j = 0; j < 24; j++) {
                int pixel = IMAGES.pixels()[indices[i] * 24 + j] & 0xff;
                assertThat(pixels[i * 24 + j]).isEqualTo(tables[j / 12][pixel]);
            }
        }
    }

    @Test
    void partialBatchLeavesTheRestOfTheArraysAlone() {
        float[] pixels = new float[4 * 24];
        int[] labels = {-1, -1, -1, -1};
        Arrays.fill(pixels, 99);

        assertThat(sampler.evaluation().fill(2, pixels, labels)).isEqualTo(2);

        assertThat(labels).containsExactly(2, 0, -1, -1);
        assertThat(Arrays.copyOfRange(pixels, 48, 96)).containsOnly(99);
    }

    @Test
    void batchIsTheSameInWhateverOrderItIsFilled() {
        Augmentation augmentation = new Augmentation(2, Flip.HORIZONTAL);
        Epoch forwards = sampler.training(augmentation, 1, 5);
        float[] first = new float[96];
        float[] second = new float[96];
        forwards.fill(0, first, new int[4]);
        forwards.fill(1, second, new int[4]);

        Epoch backwards = sampler.training(augmentation, 1, 5);
        float[] again = new float[96];
        backwards.fill(1, again, new int[4]);
        assertThat(again).isEqualTo(second);
        backwards.fill(0, again, new int[4]);
        assertThat(again).isEqualTo(first).isNotEqualTo(second);
    }

    @Test
    void augmentationDiffersBetweenEpochsAndBatches() {
        ImageSet same = new ImageSet(1, 8, 8, 1, new byte[64 * 2], new byte[2]);
        for (int i = 0; i < 128; i++) {
            same.pixels()[i] = (byte) (i % 64 + 1);
        }
        BatchSampler single = BatchSampler.of(same, Normalization.of(same), 1);
        Augmentation augmentation = new Augmentation(7, Flip.HORIZONTAL);
        float[][] seen = new float[4][64];
        for (int i = 0; i < 4; i++) {
            single.training(augmentation, 1, i / 2).fill(i % 2, seen[i], new int[1]);
        }

        assertThat(Arrays.stream(seen).map(Arrays::toString)).doesNotHaveDuplicates();
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchSampler.of(IMAGES, NORMALIZATION, 0))
                .withMessage("batchSize is 0, but must be at least 1: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchSampler.of(IMAGES, new Normalization(List.of(0.0), List.of(1.0)), 4))
                .withMessage("normalization has 1 channels, but the images have 2: take it from these images");
    }

    @Test
    void rejectsShortArraysAndUnknownBatches() {
        Epoch epoch = sampler.evaluation();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> epoch.fill(0, new float[95], new int[4]))
                .withMessage("pixels has room for 95 values, but the batch needs 96: give a longer array");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> epoch.fill(0, new float[96], new int[3]))
                .withMessage("labels has room for 3 values, but the batch needs 4: give a longer array");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> epoch.size(3))
                .withMessage("batch is 3, but must be from 0 to 2: change it");
    }

    private static int[] order(Epoch epoch) {
        return IntStream.range(0, epoch.batches())
                .flatMap(batch -> IntStream.of(epoch.indices(batch)))
                .toArray();
    }
}

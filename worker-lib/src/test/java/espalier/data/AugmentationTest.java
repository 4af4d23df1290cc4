package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.data.Augmentation.Flip;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    /** Pixel value v becomes v - 1: the padding is visibly not 0. */
    private static final Normalization MINUS_ONE = new Normalization(List.of(1 / 255.0), List.of(1 / 255.0));

    private static final ImageSet IMAGE = TestImages.single(2, 3, 11, 12, 13, 14, 15, 16);

    @Test
    void noneWritesTheImageAtItsOffset() {
        float[] target = new float[8];
        Arrays.fill(target, -9);

        Augmentation.NONE.write(IMAGE, 0, MINUS_ONE.tables(), new SplittableRandom(1), target, 1);

        assertThat(target).containsExactly(-9, 10, 11, 12, 13, 14, 15, -9);
    }

    @Test
    void drawsEveryWindowAboutAsOften() {
        Map<String, Integer> counts = draw(new Augmentation(1, Flip.NONE), 9_000);

        assertThat(counts).hasSize(9);
        // Of 9,000 draws each of 9 windows gets 1,000 with a standard deviation of 30.
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
        assertThat(counts.keySet())
                .contains(
                        "[10.0, 11.0, 12.0, 13.0, 14.0, 15.0]",
                        "[-1.0, -1.0, -1.0, -1.0, 10.0, 11.0]",
                        "[14.0, 15.0, -1.0, -1.0, -1.0, -1.0]",
                        "[-1.0, -1.0, -1.0, 11.0, 12.0, -1.0]",
                        "[-1.0, 13.0, 14.0, -1.0, -1.0, -1.0]");
    }

    @Test
    void flipsHalfOfTheImages() {
        Map<String, Integer> counts = draw(new Augmentation(0, Flip.HORIZONTAL), 2_000);

        assertThat(counts)
                .containsOnlyKeys("[10.0, 11.0, 12.0, 13.0, 14.0, 15.0]", "[12.0, 11.0, 10.0, 15.0, 14.0, 13.0]");
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(900, 1100));
    }

    @Test
    void flipsAfterTheCrop() {
        Map<String, Integer> counts = draw(new Augmentation(1, Flip.HORIZONTAL), 2_000);

        assertThat(counts).hasSize(18).containsKey("[-1.0, 12.0, 11.0, -1.0, 15.0, 14.0]");
    }

    @Test
    void movesAllChannelsAlikeAndNormalisesEachOnItsOwn() {
        ImageSet images = new ImageSet(2, 1, 2, 1, new byte[] {1, 2, 1, 2}, new byte[1]);
        Normalization normalization = new Normalization(List.of(0.0, 0.0), List.of(1 / 255.0, 0.1 / 255));
        float[] target = new float[4];
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 100; i++) {
            new Augmentation(1, Flip.HORIZONTAL).write(images, 0, normalization.tables(), random, target, 0);
            assertThat(target[2]).isEqualTo(10 * target[0]);
            assertThat(target[3]).isEqualTo(10 * target[1]);
        }
    }

    @Test
    void picksTheImageByItsIndex() {
        ImageSet images = new ImageSet(1, 1, 2, 1, new byte[] {1, 2, 3, 4}, new byte[2]);
        float[] target = new float[2];

        Augmentation.NONE.write(images, 1, MINUS_ONE.tables(), new SplittableRandom(1), target, 0);

        assertThat(target).containsExactly(2, 3);
    }

    @Test
    void rejectsPaddingOutOfRange() {
        BatchSampler sampler = BatchSampler.of(IMAGE, MINUS_ONE, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Augmentation(-1, Flip.NONE))
                .withMessage("pad is -1, but must be at least 0: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.training(new Augmentation(2, Flip.NONE), 1, 0))
                .withMessage("pad is 2, but must be below the image's side of 2 pixels: lower it");
    }

    private static Map<String, Integer> draw(Augmentation augmentation, int times) {
        Map<String, Integer> counts = new HashMap<>();
        SplittableRandom random = new SplittableRandom(7);
        float[][] tables = MINUS_ONE.tables();
        float[] target = new float[6];
        for (int i = 0; i < times; i++) {
            augmentation.write(IMAGE, 0, tables, random, target, 0);
            counts.merge(Arrays.toString(target), 1, Integer::sum);
        }
        return counts;
    }
}

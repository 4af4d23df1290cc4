package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
    /** Classes of 1, 2, 3 and so on to 20 images. */
    private static final ImageSet UNEVEN = uneven(20);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 20, 21, 63, 100, 209})
    void isDisjointExhaustiveAndStratifiedWithinOne(int validationCount) {
        Split split = Split.ofCount(UNEVEN, validationCount, 5);

        assertThat(split.validation()).hasSize(validationCount).isSorted();
        assertThat(split.training()).hasSize(210 - validationCount).isSorted();
        assertThat(IntStream.concat(IntStream.of(split.training()), IntStream.of(split.validation()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 210).toArray());
        int[] counts = UNEVEN.subset(split.validation()).classCounts();
        for (int label = 0; label < 20; label++) {
            double exact = (label + 1) * validationCount / 210.0;
            assertThat(Math.abs(counts[label] - exact)).isLessThan(1);
        }
    }

    @Test
    void balancedClassesStayBalanced() {
        ImageSet images = TestImages.random(600, 1, 1, 1, 10);

        Split split = Split.ofShare(images, 0.1, 5);

        assertThat(images.subset(split.validation()).classCounts()).containsOnly(6);
        assertThat(images.subset(split.training()).classCounts()).containsOnly(54);
    }

    @Test
    void dependsOnTheSeedAlone() {
        assertThat(Split.ofShare(UNEVEN, 0.3, 5))
                .isEqualTo(Split.ofShare(UNEVEN, 0.3, 5))
                .isEqualTo(Split.ofCount(UNEVEN, 63, 5))
                .hasSameHashCodeAs(Split.ofCount(UNEVEN, 63, 5))
                .isNotEqualTo(Split.ofShare(UNEVEN, 0.3, 6))
                .hasToString("Split[147 training, 63 validation]");
    }

    @Test
    void drawsFromTheWholeOfAClass() {
        ImageSet images = TestImages.random(1000, 1, 1, 1, 2);

        double mean = IntStream.of(Split.ofCount(images, 100, 3).validation())
                .average()
                .orElseThrow();

        // The mean of 100 of 0..999 has a standard deviation of 27.
        assertThat(mean).isBetween(400.0, 600.0);
    }

    @Test
    void handsOutCopies() {
        Split split = new Split(new int[] {2, 0}, new int[] {1});
        split.training()[0] = 9;

        assertThat(split.training()).containsExactly(0, 2);
    }

    @Test
    void rejectsPartsThatDoNotCoverTheSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Split(new int[] {0, 1}, new int[] {1}))
                .withMessage("index 1 occurs twice, but must be in one part only: remove one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Split(new int[] {0, 1}, new int[] {3}))
                .withMessage("index is 3, but must be from 0 to 2: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Split(new int[] {0, 1}, new int[0]))
                .withMessage("validation is empty, but must have at least 1 index: change the share");
    }

    @Test
    void rejectsSharesAndCountsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.ofShare(UNEVEN, 1, 5))
                .withMessage("validationShare is 1.0, but must be above 0 and below 1: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.ofShare(UNEVEN, Double.NaN, 5))
                .withMessage("validationShare is NaN, but must be above 0 and below 1: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.ofShare(UNEVEN, 0.001, 5))
                .withMessage("validationCount is 0, but must be from 1 to 209: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.ofCount(UNEVEN, 210, 5))
                .withMessage("validationCount is 210, but must be from 1 to 209: change it");
    }

    private static ImageSet uneven(int classes) {
        byte[] labels = new byte[classes * (classes + 1) / 2];
        int next = 0;
        for (int label = 0; label < classes; label++) {
            for (int i = 0; i <= label; i++) {
                labels[next++] = (byte) label;
            }
        }
        return new ImageSet(1, 1, 1, classes, new byte[labels.length], labels);
    }
}

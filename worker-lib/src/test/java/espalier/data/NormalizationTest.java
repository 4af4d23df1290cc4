package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    /** Two images, two channels, 1 x 2 pixels. */
    private static final ImageSet IMAGES =
            new ImageSet(2, 1, 2, 1, new byte[] {0, 51, 10, 20, 102, (byte) 153, (byte) 255, (byte) 255}, new byte[2]);

    @Test
    void measuresEachChannelOverAllImages() {
        Normalization normalization = Normalization.of(IMAGES);

        // Channel 0 is 0, 51, 102, 153: in units of 51, that is 1/5, the mean is 1.5 and the variance 1.25.
        assertThat(normalization.means().get(0)).isEqualTo(0.3, within(1e-12));
        assertThat(normalization.standardDeviations().get(0)).isEqualTo(Math.sqrt(1.25) / 5, within(1e-12));
        // Channel 1 is 10, 20, 255, 255: its mean is 135, its variance (125² + 115² + 2 · 120²) / 4.
        assertThat(normalization.means().get(1)).isEqualTo(135 / 255.0, within(1e-12));
        assertThat(normalization.standardDeviations().get(1)).isEqualTo(Math.sqrt(14412.5) / 255, within(1e-12));
    }

    @Test
    void tablesHoldTheFormula() {
        float[][] tables = new Normalization(List.of(0.5, 0.1), List.of(0.25, 2.0)).tables();

        assertThat(tables).hasDimensions(2, 256);
        assertThat(tables[0][0]).isEqualTo(-2f);
        assertThat(tables[0][255]).isEqualTo(2f);
        assertThat(tables[1][51]).isEqualTo(0.05f, within(1e-7f));
    }

    @Test
    void normalisedImagesHaveMeanZeroAndDeviationOne() {
        ImageSet images = TestImages.random(50, 1, 8, 8, 2);
        float[] pixels = new float[50 * 64];
        BatchSampler.of(images, Normalization.of(images), 50).evaluation().fill(0, pixels, new int[50]);

        double sum = 0;
        double squares = 0;
        for (float pixel : pixels) {
            sum += pixel;
            squares += (double) pixel * pixel;
        }

        assertThat(sum / pixels.length).isEqualTo(0, within(1e-6));
        assertThat(squares / pixels.length).isEqualTo(1, within(1e-6));
    }

    @Test
    void rejectsChannelWhosePixelsAreAllAlike() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(TestImages.single(1, 3, 7, 7, 7)))
                .withMessage("standardDeviations[0] is 0.0, but must be above 0: "
                        + "drop a channel whose pixels are all alike");
    }

    @Test
    void rejectsListsThatDoNotMatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Normalization(List.of(0.5), List.of(1.0, 1.0)))
                .withMessage("means has 1 values and standardDeviations 2: give one of each for every channel");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Normalization(List.of(Double.NaN), List.of(1.0)))
                .withMessage("means[0] is NaN, but must be finite: change it");
    }
}

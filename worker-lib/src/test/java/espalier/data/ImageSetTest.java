package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ImageSetTest {
    @Test
    void countsImagesAndClasses() {
        ImageSet images = TestImages.random(7, 3, 4, 5, 3);

        assertThat(images.count()).isEqualTo(7);
        assertThat(images.imageSize()).isEqualTo(60);
        assertThat(images.classCounts()).containsExactly(3, 2, 2);
        assertThat(images).hasToString("ImageSet[7 images of 3 x 4 x 5, 3 classes]");
    }

    @Test
    void labelsAreUnsigned() {
        ImageSet images = new ImageSet(1, 1, 1, 256, new byte[1], new byte[] {(byte) 200});

        assertThat(images.label(0)).isEqualTo(200);
        assertThat(images.classCounts()[200]).isEqualTo(1);
    }

    @Test
    void takesArraysOverWithoutCopying() {
        byte[] pixels = new byte[6];
        ImageSet images = new ImageSet(1, 2, 3, 1, pixels, new byte[1]);

        assertThat(images.pixels()).isSameAs(pixels);
    }

    @Test
    void subsetCopiesChosenImagesInOrder() {
        ImageSet images = new ImageSet(1, 1, 2, 3, new byte[] {1, 2, 3, 4, 5, 6}, new byte[] {0, 1, 2});

        ImageSet chosen = images.subset(new int[] {2, 0, 2});

        assertThat(chosen.pixels()).containsExactly(5, 6, 1, 2, 5, 6);
        assertThat(chosen.labels()).containsExactly(2, 0, 2);
        assertThat(chosen.classes()).isEqualTo(3);
    }

    @Test
    void limitTakesFirstImagesOrAllThereAre() {
        ImageSet images = TestImages.random(5, 1, 2, 2, 2);

        assertThat(images.limit(2)).isEqualTo(images.subset(new int[] {0, 1}));
        assertThat(images.limit(6)).isSameAs(images);
    }

    @Test
    void equalsByShapeAndContent() {
        ImageSet images = TestImages.random(4, 1, 2, 3, 2);

        assertThat(images)
                .isEqualTo(TestImages.random(4, 1, 2, 3, 2))
                .hasSameHashCodeAs(TestImages.random(4, 1, 2, 3, 2))
                .isNotEqualTo(TestImages.random(4, 1, 3, 2, 2))
                .isNotEqualTo(images.limit(3));
    }

    @Test
    void rejectsLabelOutsideOfClasses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(1, 1, 1, 3, new byte[2], new byte[] {2, 3}))
                .withMessage(
                        "labels[1] is 3, but must be below classes = 3: correct the label or the number of classes");
    }

    @Test
    void rejectsPixelsThatDoNotFitTheShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(3, 4, 5, 3, new byte[119], new byte[2]))
                .withMessage("pixels has 119 bytes, but must have 2 images x 3 channels x 4 x 5: "
                        + "correct the shape or the arrays");
    }

    @Test
    void rejectsShapeWhoseProductWrapsAround() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(1 << 16, 1 << 16, 1 << 16, 1, new byte[0], new byte[1]))
                .withMessageContaining("pixels has 0 bytes");
    }

    @Test
    void rejectsEmptySetAndBadDimensions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(1, 1, 1, 1, new byte[0], new byte[0]))
                .withMessage("labels is empty: an image set needs at least 1 image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(0, 1, 1, 1, new byte[1], new byte[1]))
                .withMessage("channels is 0, but must be at least 1: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSet(1, 1, 1, 257, new byte[1], new byte[1]))
                .withMessage("classes is 257, but must be from 1 to 256: change it");
    }

    @Test
    void rejectsIndexOutsideOfSet() {
        ImageSet images = TestImages.random(4, 1, 2, 3, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.subset(new int[] {0, 4}))
                .withMessage("indices[1] is 4, but must be from 0 to 3: change it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.limit(0))
                .withMessage("images is 0, but must be at least 1: change it");
    }

    @Test
    void trainAndTestMustBeAlike() {
        ImageSet train = TestImages.random(4, 1, 2, 3, 2);
        ImageSet test = TestImages.random(4, 1, 3, 2, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainAndTest(train, test))
                .withMessage("test is ImageSet[4 images of 1 x 3 x 2, 2 classes], but train is "
                        + "ImageSet[4 images of 1 x 2 x 3, 2 classes]: "
                        + "give two sets of one shape and one number of classes");
    }
}

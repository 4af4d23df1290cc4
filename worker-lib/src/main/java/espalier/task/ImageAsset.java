package espalier.task;

import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.data.Split;

/**
 * The images of a study, sent to every executor once.
 *
 * @param training images of which {@code split} takes the training and the validation part
 * @param test images that are read for the winner and the original alone
 * @param split of the training images
 * @param normalization from the training part
 */
public record ImageAsset(ImageSet training, ImageSet test, Split split, Normalization normalization) {
    public ImageAsset {
        if (training.channels() != test.channels()
                || training.height() != test.height()
                || training.width() != test.width()) {
            throw new IllegalArgumentException(
                    "training images are " + training + ", test images " + test + "; their shapes must be equal");
        }
    }
}

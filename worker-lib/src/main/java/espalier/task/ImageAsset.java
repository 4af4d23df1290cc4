package espalier.task;

import espalier.data.ImageSet;
import espalier.data.Normalization;
import java.util.List;

/**
 * The images of a study, sent to every executor once. No image is in two of the sets.
 *
 * @param training images that networks are trained on
 * @param validation images that subnetworks are compared on
 * @param test images that are read for the winner and the original alone
 * @param normalization of all of them
 */
public record ImageAsset(ImageSet training, ImageSet validation, ImageSet test, Normalization normalization) {
    /** @throws IllegalArgumentException if the sets differ in the shape of their images or in their classes */
    public ImageAsset {
        for (ImageSet other : List.of(validation, test)) {
            if (training.channels() != other.channels()
                    || training.height() != other.height()
                    || training.width() != other.width()
                    || training.classes() != other.classes()) {
                throw new IllegalArgumentException(
                        "training images are " + training + ", others " + other + "; their shapes must be equal");
            }
        }
        if (normalization.channels() != training.channels()) {
            throw new IllegalArgumentException("normalization has " + normalization.channels()
                    + " channels, the images have " + training.channels() + "; give one mean for each channel");
        }
    }
}

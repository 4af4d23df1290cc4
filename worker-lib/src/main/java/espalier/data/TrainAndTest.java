package espalier.data;

/** The training images and the test images of one data set: same image shape, same classes. */
public record TrainAndTest(ImageSet train, ImageSet test) {
    /** @throws IllegalArgumentException if the two sets differ in shape or number of classes */
    public TrainAndTest {
        boolean alike = train.channels() == test.channels()
                && train.height() == test.height()
                && train.width() == test.width()
                && train.classes() == test.classes();
        if (!alike) {
            throw new IllegalArgumentException(
                    "test is %s, but train is %s: give two sets of one shape and one number of classes"
                            .formatted(test, train));
        }
    }
}

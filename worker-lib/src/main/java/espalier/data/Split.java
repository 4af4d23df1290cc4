package espalier.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Training images in two parts, as indices into one set: every index of the set is in exactly one part. Both arrays are
 * ascending. The search decides on the validation part; the test images stay out of it.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Split(int[] training, int[] validation) {
    /** @throws IllegalArgumentException if a part is empty, or the parts do not cover 0 to n - 1 once each */
    public Split {
        training = sorted("training", training);
        validation = sorted("validation", validation);
        int count = training.length + validation.length;
        BitSet seen = new BitSet(count);
        for (int[] part : new int[][] {training, validation}) {
            for (int index : part) {
                Checks.range("index", index, 0, count - 1);
                if (seen.get(index)) {
                    throw new IllegalArgumentException(
                            "index %d occurs twice, but must be in one part only: remove one".formatted(index));
                }
                seen.set(index);
            }
        }
    }

    /**
     * Sets aside a share of the images, stratified: each class gives its exact proportion, rounded up or down.
     *
     * @param validationShare above 0 and below 1; the number of validation images is rounded to the nearest
     */
    public static Split ofShare(ImageSet images, double validationShare, long seed) {
        if (!(validationShare > 0 && validationShare < 1)) {
            throw new IllegalArgumentException(
                    "validationShare is %s, but must be above 0 and below 1: change it".formatted(validationShare));
        }
        return ofCount(images, (int) Math.round(images.count() * validationShare), seed);
    }

    /** Sets aside a number of images, stratified: each class gives its exact proportion, rounded up or down. */
    public static Split ofCount(ImageSet images, int validationCount, long seed) {
        Checks.range("validationCount", validationCount, 1, images.count() - 1);
        int[][] byClass = indicesByClass(images);
        int[] quotas = quotas(images.classCounts(), validationCount);
        IntStream.Builder training = IntStream.builder();
        IntStream.Builder validation = IntStream.builder();
        for (int label = 0; label < byClass.length; label++) {
            int[] indices = byClass[label];
            RandomStreams.shuffle(indices, RandomStreams.stream(seed, RandomStreams.SPLIT, label));
            for (int i = 0; i < indices.length; i++) {
                (i < quotas[label] ? validation : training).add(indices[i]);
            }
        }
        return new Split(training.build().toArray(), validation.build().toArray());
    }

    @Override
    public int[] training() {
        return training.clone();
    }

    @Override
    public int[] validation() {
        return validation.clone();
    }

    private static int[] sorted(String name, int[] indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException(name + " is empty, but must have at least 1 index: change the share");
        }
        int[] copy = indices.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static int[][] indicesByClass(ImageSet images) {
        int[] counts = images.classCounts();
        int[][] byClass = new int[counts.length][];
        Arrays.setAll(byClass, label -> new int[counts[label]]);
        int[] filled = new int[counts.length];
        for (int i = 0; i < images.count(); i++) {
            int label = images.label(i);
            byClass[label][filled[label]++] = i;
        }
        return byClass;
    }

    /** Whole numbers that add up to {@code total}, each its exact share rounded up or down (largest remainders first). */
    private static int[] quotas(int[] counts, int total) {
        long all = Arrays.stream(counts).asLongStream().sum();
        int[] quotas = Arrays.stream(counts)
                .map(count -> (int) ((long) count * total / all))
                .toArray();
        int missing = total - Arrays.stream(quotas).sum();
        Comparator<Integer> byRemainder = Comparator.comparingLong(label -> (long) counts[label] * total % all);
        IntStream.range(0, counts.length)
                .boxed()
                .sorted(byRemainder.reversed())
                .limit(missing)
                .forEach(label -> quotas[label]++);
        return quotas;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Split that
                && Arrays.equals(training, that.training)
                && Arrays.equals(validation, that.validation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(training) + Arrays.hashCode(validation);
    }

    @Override
    public String toString() {
        return "Split[%d training, %d validation]".formatted(training.length, validation.length);
    }
}

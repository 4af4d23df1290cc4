package espalier.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Mean and standard deviation of each channel, of pixels scaled to 0..1. They come from the training part alone: whatever
 * the validation and test images know stays out of training.
 */
public record Normalization(List<Double> means, List<Double> standardDeviations) {
    private static final int PIXEL_VALUES = 256;
    private static final double PIXEL_SCALE = 255;

    /** @throws IllegalArgumentException if the lists differ in length or are empty, or a deviation is not positive */
    public Normalization {
        means = List.copyOf(means);
        standardDeviations = List.copyOf(standardDeviations);
        if (means.isEmpty() || means.size() != standardDeviations.size()) {
            throw new IllegalArgumentException(
                    "means has %d values and standardDeviations %d: give one of each for every channel"
                            .formatted(means.size(), standardDeviations.size()));
        }
        for (int channel = 0; channel < means.size(); channel++) {
            if (!Double.isFinite(means.get(channel))) {
                throw new IllegalArgumentException(
                        "means[%d] is %s, but must be finite: change it".formatted(channel, means.get(channel)));
            }
            double deviation = standardDeviations.get(channel);
            if (!(deviation > 0 && Double.isFinite(deviation))) {
                throw new IllegalArgumentException(
                        "standardDeviations[%d] is %s, but must be above 0: drop a channel whose pixels are all alike"
                                .formatted(channel, deviation));
            }
        }
    }

    /** Of all images of a set, which must hold training images only. */
    public static Normalization of(ImageSet images) {
        List<Double> means = new ArrayList<>();
        List<Double> standardDeviations = new ArrayList<>();
        for (int channel = 0; channel < images.channels(); channel++) {
            long[] histogram = histogram(images, channel);
            double mean = mean(histogram);
            means.add(mean / PIXEL_SCALE);
            standardDeviations.add(Math.sqrt(variance(histogram, mean)) / PIXEL_SCALE);
        }
        return new Normalization(means, standardDeviations);
    }

    public int channels() {
        return means.size();
    }

    /** What each pixel value becomes, (value / 255 - mean) / standard deviation: {@code [C, 256]}. */
    public float[][] tables() {
        float[][] tables = new float[channels()][PIXEL_VALUES];
        for (int channel = 0; channel < tables.length; channel++) {
            for (int value = 0; value < PIXEL_VALUES; value++) {
                double centred = value / PIXEL_SCALE - means.get(channel);
                tables[channel][value] = (float) (centred / standardDeviations.get(channel));
            }
        }
        return tables;
    }

    private static long[] histogram(ImageSet images, int channel) {
        byte[] pixels = images.pixels();
        int plane = images.height() * images.width();
        long[] histogram = new long[PIXEL_VALUES];
        for (int index = 0; index < images.count(); index++) {
            int start = index * images.imageSize() + channel * plane;
            for (int i = start; i < start + plane; i++) {
                histogram[pixels[i] & 0xff]++;
            }
        }
        return histogram;
    }

    private static double mean(long[] histogram) {
        long count = 0;
        long sum = 0;
        for (int value = 0; value < PIXEL_VALUES; value++) {
            count += histogram[value];
            sum += histogram[value] * value;
        }
        return (double) sum / count;
    }

    private static double variance(long[] histogram, double mean) {
        long count = 0;
        double sum = 0;
        for (int value = 0; value < PIXEL_VALUES; value++) {
            count += histogram[value];
            sum += histogram[value] * (value - mean) * (value - mean);
        }
        return sum / count;
    }
}

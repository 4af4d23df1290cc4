package espalier.data;

import java.util.SplittableRandom;

/** A square grey image under construction: 0 is black, 1 is white; its coordinates run from -1 to 1 both ways. */
final class Canvas {
    /** A figure by its distance function: negative inside, positive outside. */
    @FunctionalInterface
    interface Figure {
        double distance(double x, double y);
    }

    /**
     * How a figure of half-side 1 lies on the canvas.
     *
     * @param radius what its half-side becomes
     * @param aspect what its height is multiplied with
     * @param angle in radians
     */
    record Pose(double x, double y, double radius, double aspect, double angle) {}

    private final int size;
    private final double[] values;

    Canvas(int size) {
        this.size = size;
        this.values = new double[size * size];
    }

    /** Covers everything with a plane: its level in the middle, and what it gains towards the right and lower edges. */
    void slope(double level, double right, double down) {
        for (int i = 0; i < values.length; i++) {
            values[i] = level + right * coordinate(i % size) + down * coordinate(i / size);
        }
    }

    /** Lightens (or darkens, if negative) what a figure covers, with smooth edges one pixel wide. */
    void draw(Figure figure, Pose pose, double contrast) {
        // StrictMath gives the same image on every machine.
        double cosine = StrictMath.cos(pose.angle()) / pose.radius();
        double sine = StrictMath.sin(pose.angle()) / pose.radius();
        double pixel = 2 / (size * pose.radius());
        for (int i = 0; i < values.length; i++) {
            double x = coordinate(i % size) - pose.x();
            double y = coordinate(i / size) - pose.y();
            double distance = figure.distance(cosine * x + sine * y, (cosine * y - sine * x) / pose.aspect());
            values[i] += contrast * Math.max(0, Math.min(1, 0.5 - distance / pixel));
        }
    }

    /** Adds independent noise to each pixel: bell-shaped, the sum of four uniform draws. */
    void noise(double standardDeviation, SplittableRandom random) {
        double scale = standardDeviation * Math.sqrt(3);
        for (int i = 0; i < values.length; i++) {
            double sum = random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
            values[i] += scale * (sum - 2);
        }
    }

    /** Writes the image as unsigned bytes, row by row; what is beyond black or white is cut off. */
    void copyTo(byte[] pixels, int offset) {
        for (int i = 0; i < values.length; i++) {
            pixels[offset + i] = (byte) Math.round(255 * Math.max(0, Math.min(1, values[i])));
        }
    }

    private double coordinate(int pixel) {
        return (2 * pixel + 1.0) / size - 1;
    }
}

package espalier.importance;

import java.util.List;

/**
 * Distance of a filter to all others of its layer: one near their geometric median can be replaced by the others (He et
 * al., arXiv 1811.00250, section 3.3).
 */
public final class GeometricMedianImportance extends FilterImportance {

    @Override
    double[] scoreFilters(List<float[]> filters) {
        double[] scores = new double[filters.size()];
        for (int left = 0; left < scores.length; left++) {
            for (int right = left + 1; right < scores.length; right++) {
                double distance = distance(filters.get(left), filters.get(right));
                scores[left] += distance;
                scores[right] += distance;
            }
        }
        return scores;
    }

    private static double distance(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            double difference = (double) left[i] - right[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}

package espalier.importance;

import java.util.List;

/**
 * Norm of a filter's weights (Li et al., arXiv 1608.08710, section 3.1, for L1).
 */
public final class NormImportance extends FilterImportance {

    /** Which norm. */
    public enum Norm {
        L1,
        L2
    }

    private final Norm norm;

    public NormImportance(Norm norm) {
        this.norm = norm;
    }

    @Override
    double[] scoreFilters(List<float[]> filters) {
        return filters.stream().mapToDouble(this::norm).toArray();
    }

    private double norm(float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += norm == Norm.L1 ? Math.abs(weight) : (double) weight * weight;
        }
        return norm == Norm.L1 ? sum : Math.sqrt(sum);
    }
}

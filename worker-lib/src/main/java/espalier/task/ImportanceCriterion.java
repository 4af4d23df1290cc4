package espalier.task;

import espalier.importance.BatchNormScaleImportance;
import espalier.importance.ChannelImportance;
import espalier.importance.GeometricMedianImportance;
import espalier.importance.NormImportance;
import espalier.importance.NormImportance.Norm;
import espalier.importance.RandomImportance;

/** The importance criteria that a study can name. */
public enum ImportanceCriterion {
    L1,
    L2,
    BATCH_NORM_SCALE,
    GEOMETRIC_MEDIAN,
    RANDOM;

    /**
     * The criterion itself.
     *
     * @param seed of the random one
     */
    public ChannelImportance create(long seed) {
        return switch (this) {
            case L1 -> new NormImportance(Norm.L1);
            case L2 -> new NormImportance(Norm.L2);
            case BATCH_NORM_SCALE -> new BatchNormScaleImportance();
            case GEOMETRIC_MEDIAN -> new GeometricMedianImportance();
            case RANDOM -> new RandomImportance(seed);
        };
    }
}

package espalier.refine;

/**
 * What the regression of the drops on mCB and spread shows.
 *
 * @param optimum of mCB, with the spread held fixed
 * @param spreadEffect of the spread, with mCB held fixed
 */
public record OptimumReport(Optimum optimum, SpreadEffect spreadEffect) {
    static OptimumReport notShown(Obstacle obstacle, String reason) {
        return new OptimumReport(new Optimum.NotShown(obstacle, reason), new SpreadEffect.NotShown(obstacle, reason));
    }
}

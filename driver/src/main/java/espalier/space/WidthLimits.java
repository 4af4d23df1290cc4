package espalier.space;

/**
 * Which widths a channel group may have: a pruned share r of a group of n channels leaves
 * {@code max(minWidth, n - floor(r n))}, rounded up to a multiple of the divisor, and never more than n.
 *
 * @param maxPruned largest share of a group that may be removed, from 0 to below 1
 * @param minWidth channels that stay at least
 * @param divisor widths are multiples of it, or the full width
 */
public record WidthLimits(double maxPruned, int minWidth, int divisor) {
    /** At most 95 % of a group, at least one channel, any width. */
    public static final WidthLimits STANDARD = new WidthLimits(0.95, 1, 1);

    public WidthLimits {
        boolean isShare = 0 <= maxPruned && maxPruned < 1;
        if (!isShare) {
            throw new IllegalArgumentException("max pruned is " + maxPruned + "; it must be at least 0 and below 1");
        }
        if (minWidth < 1) {
            throw new IllegalArgumentException("min width is " + minWidth + "; at least 1 channel must stay");
        }
        if (divisor < 1) {
            throw new IllegalArgumentException("divisor is " + divisor + "; it must be at least 1");
        }
    }
}

package espalier.train;

/**
 * The moment at which a trial's time is up.
 *
 * @param limitSeconds the limit that it was made from, for the message
 * @param nanoTime the moment, on the clock of {@link System#nanoTime()}
 */
public record Deadline(long limitSeconds, long nanoTime) {

    /** A deadline that many seconds from now. */
    public static Deadline in(long seconds) {
        return new Deadline(seconds, System.nanoTime() + seconds * 1_000_000_000L);
    }

    /**
     * Does nothing before the deadline.
     *
     * @throws TrainingException after it
     */
    public void check() {
        if (System.nanoTime() - nanoTime > 0) {
            throw new TrainingException("timed out after " + limitSeconds + " s; raise search.time-limit");
        }
    }
}

package espalier.task;

/**
 * Where a checkpoint lies.
 *
 * @param location for a {@link CheckpointStore}; empty for none
 * @param sha256 of its bytes, in hexadecimal digits
 */
public record CheckpointReference(String location, String sha256) {
    private static final int DIGITS = 12;

    /** No checkpoint. */
    public static final CheckpointReference NONE = new CheckpointReference("", "");

    /**
     * The checkpoint that a task has left at a place. Each attempt at a task leaves a file of its own, whose name ends in the first digits of
     * its hash: one that comes late spoils no other.
     */
    public static CheckpointReference of(String place, String sha256) {
        return new CheckpointReference(place + "-" + sha256.substring(0, Math.min(DIGITS, sha256.length())), sha256);
    }

    public boolean isNone() {
        return location.isEmpty();
    }
}

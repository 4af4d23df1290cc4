package espalier.task;

/**
 * Where a checkpoint lies.
 *
 * @param location for a {@link CheckpointStore}; empty for none
 * @param sha256 of its bytes, in hexadecimal digits
 */
public record CheckpointReference(String location, String sha256) {
    /** No checkpoint. */
    public static final CheckpointReference NONE = new CheckpointReference("", "");

    public boolean isNone() {
        return location.isEmpty();
    }
}

package espalier.space;

/** A space that no subnetwork belongs to, or that holds too few of them; its message is one line and says the mend. */
public final class SpaceException extends RuntimeException {
    public SpaceException(String message) {
        super(message);
    }
}

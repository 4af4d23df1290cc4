package espalier.device;

/** No trial can run in this process as its study wants; the message is one line that names the obstacle and the mend. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }
}

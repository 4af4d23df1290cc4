package espalier.device;

/** Where a study wants its trials to run. */
public enum DeviceChoice {
    CPU,
    /** Each trial on a GPU that the cluster gives it; nowhere else. */
    GPU,
    /** On a GPU that the cluster gives it where that can be used, else on the CPU. */
    AUTO
}

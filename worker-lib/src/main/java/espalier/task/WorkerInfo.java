package espalier.task;

/**
 * Where a trial ran.
 *
 * @param executor id of the executor, or "driver"
 * @param host name of its machine
 * @param device {@code cpu}, or a GPU such as {@code gpu 1}
 * @param threads native threads
 * @param nativeLibrary the math library that did the work
 */
public record WorkerInfo(String executor, String host, String device, int threads, String nativeLibrary) {}

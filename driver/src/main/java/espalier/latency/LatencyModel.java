package espalier.latency;

/**
 * A model to measure.
 *
 * @param name for tables and messages
 * @param onnx the bytes of an ONNX file
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record LatencyModel(String name, byte[] onnx) {}

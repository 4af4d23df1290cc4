package espalier.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import onnx.Onnx.TensorProto.DataType;

/** Tensors of an ONNX file as constants. Nothing is allocated before the file has been seen to hold as many values. */
final class TensorDecoder {
    private static final int MAX_RANK = 8;

    private final TensorProto tensor;

    private TensorDecoder(TensorProto tensor) {
        this.tensor = tensor;
    }

    /**
     * Decodes a tensor.
     *
     * @throws IllegalArgumentException if it is of a type that networks do not need, lies in another file, or has not as
     *     many values as its shape says
     */
    static Constant decode(TensorProto tensor) {
        return new TensorDecoder(tensor).decode();
    }

    private Constant decode() {
        if (tensor.getDataLocation() == DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
            throw problem("lies in another file; save the model with its weights inside");
        }
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null) {
            throw problem("has the unknown type " + tensor.getDataType() + "; the file may be damaged");
        }
        return switch (type) {
            case FLOAT -> Constant.ofFloats(dims(4, tensor.getFloatDataCount()), floats());
            case DOUBLE -> Constant.ofFloats(dims(8, tensor.getDoubleDataCount()), doubles());
            case INT64 -> Constant.ofIntegers(dims(8, tensor.getInt64DataCount()), longs());
            case INT32 -> Constant.ofIntegers(dims(4, tensor.getInt32DataCount()), integers());
            case BOOL, INT8, UINT8 -> Constant.ofIntegers(dims(1, tensor.getInt32DataCount()), bytes());
            default -> throw problem("has type " + type + "; give a model of FLOAT (32 bits)");
        };
    }

    /** The shape, checked against the values at hand. */
    private int[] dims(int bytes, int listed) {
        if (tensor.getDimsCount() > MAX_RANK) {
            throw problem("has " + tensor.getDimsCount() + " axes; at most " + MAX_RANK + " are supported");
        }
        long present = isRaw() ? tensor.getRawData().size() : listed * (long) bytes;
        long elements = 1;
        int[] dims = new int[tensor.getDimsCount()];
        for (int axis = 0; axis < dims.length; axis++) {
            long extent = tensor.getDims(axis);
            if (extent < 0 || extent > Integer.MAX_VALUE || elements * extent > Integer.MAX_VALUE) {
                throw problem("has shape " + tensor.getDimsList() + ", which no tensor can have");
            }
            dims[axis] = (int) extent;
            elements *= extent;
        }
        if (elements * bytes != present) {
            throw problem("has shape %s, which takes %d bytes, but holds %d; the file may be damaged"
                    .formatted(tensor.getDimsList(), elements * bytes, present));
        }
        return dims;
    }

    private boolean isRaw() {
        return !tensor.getRawData().isEmpty();
    }

    private ByteBuffer raw() {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private float[] floats() {
        float[] values = new float[isRaw() ? tensor.getRawData().size() / Float.BYTES : tensor.getFloatDataCount()];
        if (isRaw()) {
            raw().asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
        }
        return values;
    }

    private float[] doubles() {
        double[] values = new double[isRaw() ? tensor.getRawData().size() / Double.BYTES : 0];
        if (isRaw()) {
            raw().asDoubleBuffer().get(values);
        } else {
            values = tensor.getDoubleDataList().stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
        }
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private long[] longs() {
        if (!isRaw()) {
            return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        long[] values = new long[tensor.getRawData().size() / Long.BYTES];
        raw().asLongBuffer().get(values);
        return values;
    }

    private long[] integers() {
        if (!isRaw()) {
            return listedIntegers();
        }
        int[] values = new int[tensor.getRawData().size() / Integer.BYTES];
        raw().asIntBuffer().get(values);
        return Arrays.stream(values).asLongStream().toArray();
    }

    private long[] bytes() {
        if (!isRaw()) {
            return listedIntegers();
        }
        boolean signed = tensor.getDataType() == TensorProto.DataType.INT8_VALUE;
        byte[] values = tensor.getRawData().toByteArray();
        long[] wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = signed ? values[i] : Byte.toUnsignedLong(values[i]);
        }
        return wide;
    }

    private long[] listedIntegers() {
        return tensor.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException("tensor '" + tensor.getName() + "' " + what);
    }
}

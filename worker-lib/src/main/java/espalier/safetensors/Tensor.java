package espalier.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** One array of a file; its numbers are read when they are asked for. */
public final class Tensor {
    private final String file;
    private final String name;
    private final DataType type;
    private final List<Integer> shape;
    private final ByteBuffer bytes;

    Tensor(String file, String name, DataType type, List<Integer> shape, ByteBuffer bytes) {
        this.file = file;
        this.name = name;
        this.type = type;
        this.shape = List.copyOf(shape);
        this.bytes = bytes;
    }

    public String name() {
        return name;
    }

    /** Extents of the axes; empty for a single number. */
    public List<Integer> shape() {
        return shape;
    }

    /**
     * The numbers as floats, in 'c' order.
     *
     * @throws IllegalArgumentException if they are whole numbers, or one of them is not a finite float
     */
    public float[] values() {
        if (!type.isFloatingPoint()) {
            throw new IllegalArgumentException("%s: tensor '%s' has type %s, must be F64, F32, F16 or BF16: convert it"
                    .formatted(file, name, type));
        }
        ByteBuffer numbers = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[numbers.remaining() / type.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.read(numbers);
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "%s: tensor '%s' is %s at position %d, must be a finite float: give weights that did not diverge"
                                .formatted(file, name, values[i], i));
            }
        }
        return values;
    }
}

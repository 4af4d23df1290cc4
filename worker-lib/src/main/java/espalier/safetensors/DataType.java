package espalier.safetensors;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.indexer.HalfIndexer;

/** The types of numbers that a file may hold; the floating-point ones can be read. */
enum DataType {
    F64(8) {
        @Override
        float read(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }
    },
    F32(4) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    F16(2) {
        @Override
        float read(ByteBuffer bytes) {
            return HalfIndexer.toFloat(Short.toUnsignedInt(bytes.getShort()));
        }
    },
    BF16(2) {
        @Override
        float read(ByteBuffer bytes) {
            return Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
        }
    },
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U64(8),
    U32(4),
    U16(2),
    U8(1),
    BOOL(1);

    private final int size;

    DataType(int size) {
        this.size = size;
    }

    /** Bytes of one number. */
    int size() {
        return size;
    }

    /** Takes the next number. */
    float read(ByteBuffer bytes) {
        throw new UnsupportedOperationException(this + " is no floating-point type");
    }

    boolean isFloatingPoint() {
        return compareTo(BF16) <= 0;
    }
}

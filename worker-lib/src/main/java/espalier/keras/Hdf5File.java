package espalier.keras;

import static org.bytedeco.hdf5.global.hdf5.H5Aclose;
import static org.bytedeco.hdf5.global.hdf5.H5Aexists_by_name;
import static org.bytedeco.hdf5.global.hdf5.H5Aget_space;
import static org.bytedeco.hdf5.global.hdf5.H5Aget_type;
import static org.bytedeco.hdf5.global.hdf5.H5Aopen_by_name;
import static org.bytedeco.hdf5.global.hdf5.H5Aread;
import static org.bytedeco.hdf5.global.hdf5.H5Dclose;
import static org.bytedeco.hdf5.global.hdf5.H5Dget_space;
import static org.bytedeco.hdf5.global.hdf5.H5Dget_type;
import static org.bytedeco.hdf5.global.hdf5.H5Dopen2;
import static org.bytedeco.hdf5.global.hdf5.H5Dread;
import static org.bytedeco.hdf5.global.hdf5.H5E_DEFAULT;
import static org.bytedeco.hdf5.global.hdf5.H5Eset_auto2;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDONLY;
import static org.bytedeco.hdf5.global.hdf5.H5F_CLOSE_STRONG;
import static org.bytedeco.hdf5.global.hdf5.H5Fclose;
import static org.bytedeco.hdf5.global.hdf5.H5Fopen;
import static org.bytedeco.hdf5.global.hdf5.H5P_CLS_FILE_ACCESS_ID_g;
import static org.bytedeco.hdf5.global.hdf5.H5P_DEFAULT;
import static org.bytedeco.hdf5.global.hdf5.H5Pclose;
import static org.bytedeco.hdf5.global.hdf5.H5Pcreate;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_fapl_core;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_fclose_degree;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_file_image;
import static org.bytedeco.hdf5.global.hdf5.H5S_ALL;
import static org.bytedeco.hdf5.global.hdf5.H5Sclose;
import static org.bytedeco.hdf5.global.hdf5.H5Sget_simple_extent_dims;
import static org.bytedeco.hdf5.global.hdf5.H5Sget_simple_extent_ndims;
import static org.bytedeco.hdf5.global.hdf5.H5Sget_simple_extent_npoints;
import static org.bytedeco.hdf5.global.hdf5.H5T_FLOAT;
import static org.bytedeco.hdf5.global.hdf5.H5T_NATIVE_FLOAT_g;
import static org.bytedeco.hdf5.global.hdf5.H5T_STRING;
import static org.bytedeco.hdf5.global.hdf5.H5Tclose;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_class;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_size;
import static org.bytedeco.hdf5.global.hdf5.H5Tis_variable_str;
import static org.bytedeco.hdf5.global.hdf5.H5Treclaim;
import static org.bytedeco.hdf5.global.hdf5.H5open;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An HDF5 file in memory: texts and arrays by name. The native library serves one thread at a time.
 *
 * <p>Names of objects are paths. What is still open after an error ends with the file.
 */
final class Hdf5File implements AutoCloseable {
    /** Most times that compression makes an array smaller; beyond, an array is a trap and not weights. */
    private static final long LARGEST_COMPRESSION = 16;

    private static final long SMALLEST_BLOCK = 1 << 16;

    private final long file;
    private final long length;

    private Hdf5File(long file, long length) {
        this.file = file;
        this.length = length;
    }

    /** @throws IOException if the bytes are no HDF5 file, or cut off */
    static Hdf5File open(byte[] bytes) throws IOException {
        H5open();
        H5Eset_auto2(H5E_DEFAULT, null, null); // no stack traces of its own on the error stream
        long access = H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g());
        try (BytePointer image = new BytePointer(bytes)) {
            H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
            H5Pset_fapl_core(access, SMALLEST_BLOCK, false);
            H5Pset_file_image(access, image, bytes.length);
            long file = H5Fopen("memory", H5F_ACC_RDONLY, access);
            if (file < 0) {
                throw new IOException("its %,d bytes are no HDF5 file, or not all of one".formatted(bytes.length));
            }
            return new Hdf5File(file, bytes.length);
        } finally {
            H5Pclose(access);
        }
    }

    /** Whether an object, such as a group, has the attribute; not if there is no such object. */
    boolean hasAttribute(String object, String attribute) {
        return H5Aexists_by_name(file, object, attribute, H5P_DEFAULT) > 0;
    }

    /**
     * Reads the text that an attribute is, or the texts.
     *
     * @throws IOException if it cannot be read, or is no text
     */
    List<String> texts(String object, String attribute) throws IOException {
        String what = "its attribute '" + attribute + "'";
        long id = check(H5Aopen_by_name(file, object, attribute, H5P_DEFAULT, H5P_DEFAULT), what);
        long type = check(H5Aget_type(id), what);
        long space = check(H5Aget_space(id), what);
        long count = check(H5Sget_simple_extent_npoints(space), what);
        if (H5Tget_class(type) != H5T_STRING || count > length) {
            throw new IOException(what + " is no text");
        }
        List<String> texts = H5Tis_variable_str(type) > 0
                ? variableTexts(id, type, space, (int) count, what)
                : fixedTexts(id, type, (int) count, what);
        H5Sclose(space);
        H5Tclose(type);
        H5Aclose(id);
        return texts;
    }

    private static List<String> variableTexts(long attribute, long type, long space, int count, String what)
            throws IOException {
        try (PointerPointer<BytePointer> pointers = new PointerPointer<>(Math.max(1, count))) {
            check(H5Aread(attribute, type, pointers), what);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                BytePointer text = pointers.get(BytePointer.class, i);
                texts.add(text == null || text.isNull() ? "" : text.getString(StandardCharsets.UTF_8));
            }
            H5Treclaim(type, space, H5P_DEFAULT, pointers);
            return texts;
        }
    }

    private List<String> fixedTexts(long attribute, long type, int count, String what) throws IOException {
        long size = check(H5Tget_size(type), what);
        if (size > length / Math.max(1, count)) {
            throw new IOException(what + " is longer than the file");
        }
        byte[] bytes = new byte[(int) size * count];
        try (BytePointer pointer = new BytePointer(Math.max(1, bytes.length))) {
            check(H5Aread(attribute, type, pointer), what);
            pointer.get(bytes);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String padded = new String(bytes, i * (int) size, (int) size, StandardCharsets.UTF_8);
            int end = padded.indexOf('\0');
            texts.add(end < 0 ? padded : padded.substring(0, end));
        }
        return texts;
    }

    /**
     * Reads an array of numbers.
     *
     * @param path of the array
     * @param shape that it must have
     * @return the numbers, the last axis fastest
     * @throws IOException if there is no such array, or not in this shape
     */
    float[] numbers(String path, long... shape) throws IOException {
        String what = "its array '" + path + "'";
        long id = check(H5Dopen2(file, path, H5P_DEFAULT), what);
        long type = check(H5Dget_type(id), what);
        long[] actual = shape(id, what);
        if (H5Tget_class(type) != H5T_FLOAT) {
            throw new IOException(what + " has no floating-point numbers");
        }
        if (!Arrays.equals(actual, shape)) {
            throw new IOException("%s has shape %s, and the configuration needs %s"
                    .formatted(what, Arrays.toString(actual), Arrays.toString(shape)));
        }
        long count = LongStream.of(shape).reduce(1, Math::multiplyExact);
        if (count > length * LARGEST_COMPRESSION) {
            throw new IOException(
                    "%s has %,d numbers, more than a file of %,d bytes holds".formatted(what, count, length));
        }
        float[] numbers = new float[Math.toIntExact(count)];
        try (FloatPointer pointer = new FloatPointer(Math.max(1, count))) {
            check(H5Dread(id, H5T_NATIVE_FLOAT_g(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointer), what);
            pointer.get(numbers);
        }
        H5Tclose(type);
        H5Dclose(id);
        return numbers;
    }

    private static long[] shape(long array, String what) throws IOException {
        long space = check(H5Dget_space(array), what);
        long[] shape = new long[(int) check(H5Sget_simple_extent_ndims(space), what)];
        check(H5Sget_simple_extent_dims(space, shape, null), what);
        H5Sclose(space);
        return shape;
    }

    @Override
    public void close() {
        H5Fclose(file);
    }

    private static long check(long status, String what) throws IOException {
        if (status < 0) {
            throw new IOException(what + " is missing or damaged");
        }
        return status;
    }
}

package espalier.keras;

import static org.bytedeco.hdf5.global.hdf5.H5Aclose;
import static org.bytedeco.hdf5.global.hdf5.H5Acreate2;
import static org.bytedeco.hdf5.global.hdf5.H5Awrite;
import static org.bytedeco.hdf5.global.hdf5.H5Dclose;
import static org.bytedeco.hdf5.global.hdf5.H5Dcreate2;
import static org.bytedeco.hdf5.global.hdf5.H5Dwrite;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;
import static org.bytedeco.hdf5.global.hdf5.H5F_SCOPE_GLOBAL;
import static org.bytedeco.hdf5.global.hdf5.H5Fclose;
import static org.bytedeco.hdf5.global.hdf5.H5Fcreate;
import static org.bytedeco.hdf5.global.hdf5.H5Fflush;
import static org.bytedeco.hdf5.global.hdf5.H5Fget_file_image;
import static org.bytedeco.hdf5.global.hdf5.H5Gclose;
import static org.bytedeco.hdf5.global.hdf5.H5Gcreate2;
import static org.bytedeco.hdf5.global.hdf5.H5P_CLS_FILE_ACCESS_ID_g;
import static org.bytedeco.hdf5.global.hdf5.H5P_CLS_LINK_CREATE_ID_g;
import static org.bytedeco.hdf5.global.hdf5.H5Pcreate;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_create_intermediate_group;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_fapl_core;
import static org.bytedeco.hdf5.global.hdf5.H5S_SCALAR;
import static org.bytedeco.hdf5.global.hdf5.H5Screate;
import static org.bytedeco.hdf5.global.hdf5.H5Screate_simple;
import static org.bytedeco.hdf5.global.hdf5.H5T_C_S1_g;
import static org.bytedeco.hdf5.global.hdf5.H5T_NATIVE_FLOAT_g;
import static org.bytedeco.hdf5.global.hdf5.H5T_VARIABLE;
import static org.bytedeco.hdf5.global.hdf5.H5Tcopy;
import static org.bytedeco.hdf5.global.hdf5.H5Tset_size;
import static org.bytedeco.hdf5.global.hdf5.H5open;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes HDF5 files as Keras does: attributes of the root, and a group of arrays for each layer. */
final class KerasFileWriter implements AutoCloseable {
    private static final int DEFAULT = 0;

    private final long file;
    private final long nested;

    KerasFileWriter() {
        H5open();
        long access = H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g());
        H5Pset_fapl_core(access, 1 << 16, false);
        file = check(H5Fcreate("keras-test.h5", H5F_ACC_TRUNC(), DEFAULT, access));
        nested = H5Pcreate(H5P_CLS_LINK_CREATE_ID_g());
        H5Pset_create_intermediate_group(nested, 1);
    }

    /** Writes a text of any length, as h5py does. */
    void attribute(String name, String text) {
        long type = H5Tcopy(H5T_C_S1_g());
        H5Tset_size(type, H5T_VARIABLE());
        long space = H5Screate(H5S_SCALAR);
        long attribute = check(H5Acreate2(file, name, type, space, DEFAULT, DEFAULT));
        try (BytePointer bytes = new BytePointer(text, StandardCharsets.UTF_8);
                PointerPointer<BytePointer> pointer = new PointerPointer<>(1)) {
            check(H5Awrite(attribute, type, pointer.put(0, bytes)));
        }
        H5Aclose(attribute);
    }

    /** Writes a layer's group: its arrays, and their names as texts of one length. */
    void layer(String layer, Map<String, Tensor> arrays) {
        long group = check(H5Gcreate2(file, "model_weights/" + layer, nested, DEFAULT, DEFAULT));
        names(group, List.copyOf(arrays.keySet()));
        arrays.forEach((name, array) -> array(group, name, array));
        H5Gclose(group);
    }

    private static void names(long group, List<String> names) {
        int length = names.stream().mapToInt(String::length).max().orElse(1);
        long type = H5Tcopy(H5T_C_S1_g());
        H5Tset_size(type, length);
        long space = H5Screate_simple(1, new long[] {names.size()}, null);
        long attribute = check(H5Acreate2(group, "weight_names", type, space, DEFAULT, DEFAULT));
        if (!names.isEmpty()) {
            byte[] bytes = new byte[names.size() * length];
            for (int i = 0; i < names.size(); i++) {
                byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(name, 0, bytes, i * length, name.length);
            }
            try (BytePointer pointer = new BytePointer(bytes)) {
                check(H5Awrite(attribute, type, pointer));
            }
        }
        H5Aclose(attribute);
    }

    private void array(long group, String name, Tensor array) {
        long[] shape = new long[array.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = array.shape()[i];
        }
        long space = H5Screate_simple(shape.length, shape, null);
        long set = check(H5Dcreate2(group, name, H5T_NATIVE_FLOAT_g(), space, nested, DEFAULT, DEFAULT));
        try (FloatPointer values = new FloatPointer(array.values())) {
            check(H5Dwrite(set, H5T_NATIVE_FLOAT_g(), 0, 0, DEFAULT, values));
        }
        H5Dclose(set);
    }

    /** The file's bytes so far. */
    byte[] bytes() {
        H5Fflush(file, H5F_SCOPE_GLOBAL);
        long size = check(H5Fget_file_image(file, null, 0));
        byte[] bytes = new byte[(int) size];
        try (BytePointer pointer = new BytePointer(size)) {
            check(H5Fget_file_image(file, pointer, size));
            pointer.get(bytes);
        }
        return bytes;
    }

    @Override
    public void close() {
        H5Fclose(file);
    }

    private static long check(long status) {
        if (status < 0) {
            throw new IllegalStateException("HDF5 refuses");
        }
        return status;
    }
}

package espalier.dl4j;

import static org.bytedeco.openblas.global.openblas.cblas_saxpy;
import static org.bytedeco.openblas.global.openblas.cblas_scopy;
import static org.bytedeco.openblas.global.openblas.cblas_sdot;
import static org.bytedeco.openblas.global.openblas.cblas_sscal;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows that are long enough for a BLAS call each: all steps of a pass are done on one row, while it is in the nearest cache, before the next. */
final class LongRows extends ChannelRows {
    LongRows(INDArray array) {
        super(array);
    }

    @Override
    ChannelSums sums(ChannelRows other, ChannelRows scratch) {
        ChannelSums sums = new ChannelSums(channels);
        try (Cursor x = new Cursor(array);
                Cursor y = new Cursor(other.array);
                Cursor ones = ones()) {
            for (int row = 0; row < rows; row++) {
                float value = cblas_sdot(length, x.at(row), 1, ones.at(0), 1);
                float product = cblas_sdot(length, x.at(row), 1, y.at(row), 1);
                sums.add(row % channels, value, product);
            }
        }
        return sums;
    }

    @Override
    void assign(double[] factors, ChannelRows source, double[] terms) {
        try (Cursor x = new Cursor(source.array);
                Cursor z = new Cursor(array);
                Cursor ones = ones()) {
            for (int row = 0; row < rows; row++) {
                int channel = row % channels;
                cblas_scopy(length, x.at(row), 1, z.at(row), 1);
                cblas_sscal(length, (float) factors[channel], z.at(row), 1);
                cblas_saxpy(length, (float) terms[channel], ones.at(0), 1, z.at(row), 1);
            }
        }
    }

    @Override
    void assign(double[] factors, ChannelRows source, double[] otherFactors, ChannelRows other, double[] terms) {
        try (Cursor x = new Cursor(source.array);
                Cursor y = new Cursor(other.array);
                Cursor z = new Cursor(array);
                Cursor ones = ones()) {
            for (int row = 0; row < rows; row++) {
                int channel = row % channels;
                cblas_scopy(length, x.at(row), 1, z.at(row), 1);
                cblas_sscal(length, (float) factors[channel], z.at(row), 1);
                cblas_saxpy(length, (float) otherFactors[channel], y.at(row), 1, z.at(row), 1);
                cblas_saxpy(length, (float) terms[channel], ones.at(0), 1, z.at(row), 1);
            }
        }
    }

    private Cursor ones() {
        return new Cursor(Nd4j.ones(DataType.FLOAT, length));
    }

    /** Points at one row or another, and keeps the memory of all of them until it is closed. */
    private final class Cursor implements AutoCloseable {
        private final INDArray array;
        private final FloatPointer pointer;

        Cursor(INDArray array) {
            this.array = array;
            this.pointer = (FloatPointer) array.data().addressPointer();
        }

        FloatPointer at(int row) {
            return pointer.position((long) row * length);
        }

        @Override
        @SuppressWarnings("ReachabilityFenceUsage") // The try statement calls this in its finally block.
        public void close() {
            Reference.reachabilityFence(array);
        }
    }
}

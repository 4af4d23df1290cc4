package espalier.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/**
 * Memory for the values of a compiled network, dealt out while it is compiled: a buffer that nothing reads any longer is given to
 * a later value, for the operations run one after the other.
 */
final class BufferPool {
    /** Starts of buffers are multiples of this, the length of a cache line. */
    private static final int ALIGNMENT = 64;

    /** A smaller value does not take a buffer that is longer than this many times its size. */
    private static final int LARGEST_WASTE = 2;

    private final NativeResources resources;
    private final List<Buffer> free = new ArrayList<>();

    BufferPool(NativeResources resources) {
        this.resources = resources;
    }

    /** Memory with the number of those that still need it. */
    final class Buffer {
        private final BytePointer start;
        private final long size;
        private int users;

        private Buffer(long size) {
            this.size = size;
            BytePointer whole = resources.keep(new BytePointer(size + ALIGNMENT));
            long skipped = (ALIGNMENT - whole.address() % ALIGNMENT) % ALIGNMENT;
            this.start = resources.keep(whole.getPointer(skipped));
        }

        BytePointer start() {
            return start;
        }

        boolean isShared() {
            return users > 1;
        }

        void retain() {
            users++;
        }

        void release() {
            if (--users == 0) {
                free.add(this);
            }
        }
    }

    /** A buffer of its own, which nothing that runs writes to unless it is told to. */
    Buffer reserve(long size) {
        Buffer buffer = new Buffer(size);
        buffer.retain();
        return buffer;
    }

    /** A buffer with one user; what ran before may have left values in it. */
    Buffer take(long size) {
        Buffer best = null;
        for (Buffer candidate : free) {
            boolean fits = candidate.size >= size && candidate.size <= LARGEST_WASTE * size;
            if (fits && (best == null || candidate.size < best.size)) {
                best = candidate;
            }
        }
        if (best == null) {
            return reserve(size);
        }
        free.remove(best);
        best.retain();
        return best;
    }
}

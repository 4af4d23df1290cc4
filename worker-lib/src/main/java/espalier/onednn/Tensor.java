package espalier.onednn;

import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/**
 * A value's memory while a network is compiled.
 *
 * @param handle the memory as oneDNN takes it
 * @param layout of the memory
 * @param buffer from the pool; null for memory that belongs to somebody else
 */
record Tensor(memory handle, memory.desc layout, BufferPool.@Nullable Buffer buffer) {

    /** The same memory for one more user. */
    Tensor retain() {
        if (buffer != null) {
            buffer.retain();
        }
        return this;
    }

    void release() {
        if (buffer != null) {
            buffer.release();
        }
    }

    /** Whether it may be overwritten by its one user. */
    boolean isOwn() {
        return buffer != null && !buffer.isShared();
    }
}

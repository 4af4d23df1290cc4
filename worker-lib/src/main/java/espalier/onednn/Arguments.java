package espalier.onednn;

import org.bytedeco.dnnl.IntMemoryMap;

/** The tensors that a primitive reads and writes, by oneDNN's number of their role. */
final class Arguments {
    private final IntMemoryMap map = new IntMemoryMap();

    Arguments with(int role, Tensor tensor) {
        map.put(role, tensor.handle());
        return this;
    }

    IntMemoryMap map() {
        return map;
    }
}

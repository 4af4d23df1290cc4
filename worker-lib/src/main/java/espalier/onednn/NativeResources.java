package espalier.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** Native objects that live as long as a compiled network, and end with it. */
final class NativeResources implements AutoCloseable {
    private final List<Pointer> kept = new ArrayList<>();

    /** Keeps an object alive beyond the scope that it was made in. */
    <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        kept.add(pointer);
        return pointer;
    }

    @Override
    public void close() {
        for (int i = kept.size() - 1; i >= 0; i--) {
            kept.get(i).deallocate();
        }
        kept.clear();
    }
}

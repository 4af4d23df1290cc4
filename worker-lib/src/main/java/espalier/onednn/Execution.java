package espalier.onednn;

import java.util.List;
import org.bytedeco.dnnl.stream;

/** Compiled primitives, ready to run in their order. */
final class Execution {
    private final stream queue;
    private final List<Emitter.Step> steps;

    Execution(stream queue, List<Emitter.Step> steps) {
        this.queue = queue;
        this.steps = List.copyOf(steps);
    }

    /** Runs the primitives from the first up to, but without, {@code end}. */
    void run(int start, int end) {
        for (int i = start; i < end; i++) {
            Emitter.Step step = steps.get(i);
            step.work().execute(queue, step.arguments());
        }
        queue._wait();
    }

    int length() {
        return steps.size();
    }
}

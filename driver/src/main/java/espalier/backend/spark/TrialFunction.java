package espalier.backend.spark;

import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialRunner;
import org.apache.spark.api.java.function.Function;

/** What a Spark task does with its one trial. */
record TrialFunction(ExecutorShare share) implements Function<Trial, TrialResult> {

    @Override
    public TrialResult call(Trial trial) {
        String device = share.bind();
        ExecutorProcess process = share.process();
        return TrialRunner.run(share.workbench(), trial, process.worker(device), process.checkpoints());
    }
}

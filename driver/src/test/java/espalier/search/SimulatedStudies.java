package espalier.search;

import espalier.backend.SimulatedBackend;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.FileSource;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.network.TensorShape;
import espalier.table.TrialRow;
import espalier.task.ImageAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whole studies in memory, whose trials are formulas. */
final class SimulatedStudies {
    /** Percent. */
    static final double TEST_ACCURACY = 77;

    private SimulatedStudies() {}

    static MemoryStore run(StudyContext study, Function<Trial, TrialResult> formula, int parallelism) {
        MemoryStore store = new MemoryStore();
        run(study, formula, store, parallelism);
        return store;
    }

    static void run(StudyContext study, Function<Trial, TrialResult> formula, MemoryStore store, int parallelism) {
        try (SimulatedBackend backend = new SimulatedBackend(parallelism, formula)) {
            new SearchLoop(study, FirstRound.draw(study), backend, store, Progress.SILENT).run("test");
        }
    }

    static StudyContext study(String yaml) {
        return context(StudyConfigReader.read(yaml, "test.yaml", Map.of()));
    }

    static StudyContext context(StudyConfig config) {
        TensorShape input = new TensorShape(1, 16, 16);
        ImageSet images = new ImageSet(1, 16, 16, 2, new byte[20 * 256], labels());
        ImageAsset asset = new ImageAsset(images, images, images, new Normalization(List.of(0.5), List.of(0.2)));
        StudyNetwork network = StudyNetwork.load(config, input, 2, FileSource.local());
        return new StudyContext(config, asset, network, Methods.of(config, network));
    }

    /** Accuracies of these images, whatever the stage; of the test images, as good as always. */
    static TrialResult measured(Trial trial, double accuracy) {
        return SimulatedBackend.measure(
                trial, (measured, stage, epochs) -> stage.equals(StudyPlans.TEST) ? TEST_ACCURACY : accuracy);
    }

    static Map<String, TrialRow> byId(MemoryStore store) {
        return store.rows(TrialRow.class).stream().collect(Collectors.toMap(TrialRow::trialId, Function.identity()));
    }

    private static byte[] labels() {
        byte[] labels = new byte[20];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i % 2);
        }
        return labels;
    }
}

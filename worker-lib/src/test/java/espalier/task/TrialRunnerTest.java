package espalier.task;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Augmentation;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.data.Split;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.WholeNetwork;
import espalier.task.Phase.Part;
import espalier.train.LearningRateSchedule;
import espalier.train.TrainingPlan;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrialRunnerTest {
    private static final TensorShape SHAPE = new TensorShape(1, 12, 12);
    private static final WorkerInfo HERE = new WorkerInfo("1", "here", "cpu", 1, "test");
    private static final Recipe NARROW = ChannelRecipe.of(3, 8, 60, 40);
    private static final ImageSet IMAGES = images(80);
    private static final Workbench BENCH = bench();

    @Test
    void runsItsPhasesInOrderAndReportsEachStage() {
        TrialResult result = run(
                NARROW,
                new Phase.InheritWeights(),
                new Phase.Evaluate("pruned", Part.VALIDATION),
                new Phase.Train(plan(2, 0.05)),
                new Phase.Evaluate("fine-tuned", Part.VALIDATION));
        assertThat(result.reason()).isEmpty();
        assertThat(result.accuracies().keySet()).containsExactly("pruned", "fine-tuned");
        assertThat(result.seconds().keySet()).containsExactly("inheritweights", "evaluate", "train");
        assertThat(result.network()).isEmpty();
        assertThat(result.worker()).isEqualTo(HERE);
    }

    @Test
    void sameSeedGivesTheSameAccuraciesAndTheSameNetwork() {
        Phase[] phases = {
            new Phase.FreshWeights(),
            new Phase.Train(plan(1, 0.05)),
            new Phase.Evaluate("fine-tuned", Part.VALIDATION),
            new Phase.KeepNetwork()
        };
        TrialResult first = run(NARROW, phases);
        TrialResult second = run(NARROW, phases);
        assertThat(first.accuracies()).isEqualTo(second.accuracies());
        ComputationGraph one = NetworkFiles.read(first.network(), "one");
        ComputationGraph two = NetworkFiles.read(second.network(), "two");
        assertThat(one.params()).isEqualTo(two.params());
    }

    @Test
    void keptNetworkIsTheOneThatWasMeasured() {
        TrialResult kept = run(
                ChannelRecipe.of(4, 9, 50, 30),
                new Phase.InheritWeights(),
                new Phase.Evaluate("pruned", Part.TEST),
                new Phase.KeepNetwork());
        Trial given = new Trial(
                "again",
                "again",
                new WholeNetwork(),
                List.of(new Phase.GivenWeights(), new Phase.Evaluate("pruned", Part.TEST)),
                1,
                60,
                kept.network());
        assertThat(TrialRunner.run(BENCH, given, HERE, CheckpointStore.NONE).accuracies())
                .isEqualTo(kept.accuracies());
    }

    @Test
    void wholeNetworkIsTheOriginal() {
        TrialResult whole = run(new WholeNetwork(), new Phase.InheritWeights(), new Phase.Evaluate("x", Part.TEST));
        TrialResult full =
                run(ChannelRecipe.of(6, 16, 120, 84), new Phase.InheritWeights(), new Phase.Evaluate("x", Part.TEST));
        assertThat(whole.accuracies()).isEqualTo(full.accuracies());
    }

    @Test
    void rungByRungIsTheSameAsInOneGoBitByBit() {
        Map<String, byte[]> files = new HashMap<>();
        CheckpointStore store = inMemory(files);
        Phase.Evaluate evaluate = new Phase.Evaluate("fine-tuned", Part.VALIDATION);
        TrainingPlan plan = plan(5, 0.05);
        TrialResult whole =
                run(NARROW, new Phase.InheritWeights(), new Phase.Train(plan), evaluate, new Phase.KeepNetwork());
        List<Phase> firstRung = List.of(new Phase.InheritWeights(), new Phase.Train(plan, 1));
        List<Phase> secondRung = new ArrayList<>(firstRung);
        secondRung.add(new Phase.Train(plan, 3));

        TrialResult first =
                run(store, NARROW, firstRung.get(0), firstRung.get(1), evaluate, new Phase.SaveCheckpoint("t/1"));
        TrialResult second = run(
                store,
                NARROW,
                new Phase.Resume(first.checkpoint(), firstRung),
                new Phase.Train(plan, 3),
                evaluate,
                new Phase.SaveCheckpoint("t/2"));
        TrialResult third = run(
                store,
                NARROW,
                new Phase.Resume(second.checkpoint(), secondRung),
                new Phase.Train(plan),
                evaluate,
                new Phase.KeepNetwork());
        assertThat(third.reason()).isEmpty();
        assertThat(third.seconds()).doesNotContainKey("inheritweights");
        assertThat(third.accuracies()).isEqualTo(whole.accuracies());
        assertThat(parameters(third)).isEqualTo(parameters(whole));
        assertThat(files)
                .containsOnlyKeys(
                        first.checkpoint().location(), second.checkpoint().location());
        assertThat(second.checkpoint().location())
                .isEqualTo("t/2-" + second.checkpoint().sha256().substring(0, 12));

        // Without its checkpoint, or with a damaged one, a rung does again what came before it.
        Objects.requireNonNull(files.get(second.checkpoint().location()))[100] ^= 1;
        for (CheckpointStore poor : List.of(store, CheckpointStore.NONE)) {
            TrialResult again = run(
                    poor,
                    NARROW,
                    new Phase.Resume(second.checkpoint(), secondRung),
                    new Phase.Train(plan),
                    evaluate,
                    new Phase.KeepNetwork());
            assertThat(again.seconds()).containsKey("inheritweights");
            assertThat(parameters(again)).isEqualTo(parameters(whole));
        }
    }

    @Test
    void aCheckpointThatCannotBeWrittenFailsNothing() {
        for (CheckpointStore broken : List.of(CheckpointStore.NONE, withoutMemory())) {
            TrialResult result = run(broken, NARROW, new Phase.InheritWeights(), new Phase.SaveCheckpoint("t/1"));
            assertThat(result.status()).isEqualTo(TrialStatus.COMPLETED);
            assertThat(result.checkpoint().isNone()).isTrue();
        }
    }

    private static CheckpointStore withoutMemory() {
        return new CheckpointStore() {
            @Override
            public void write(String location, byte[] content) {
                throw new OutOfMemoryError("too large for the heap");
            }

            @Override
            public byte[] read(String location) {
                throw new IllegalStateException("nobody reads");
            }
        };
    }

    @Test
    void divergenceIsAFailedTrialWithAReason() {
        TrialResult result = run(
                NARROW,
                new Phase.InheritWeights(),
                new Phase.Evaluate("pruned", Part.VALIDATION),
                new Phase.Train(plan(3, 1e9)));
        assertThat(result.status()).isEqualTo(TrialStatus.FAILED);
        assertThat(result.reason()).startsWith("diverged: loss ");
        assertThat(result.accuracies()).containsKey("pruned");
    }

    @Test
    void runningOutOfMemoryIsAFailedTrialWithAReason() {
        int moreThanTheHeapHolds = Integer.MAX_VALUE / SHAPE.area() - 1;
        TrainingPlan plan = plan(1, 0.1);
        TrainingPlan huge =
                new TrainingPlan(1, moreThanTheHeapHolds, plan.learningRate(), 0.9, 0, 0, plan.augmentation());
        TrialResult result = run(NARROW, new Phase.InheritWeights(), new Phase.Train(huge));
        assertThat(result.status()).isEqualTo(TrialStatus.FAILED);
        assertThat(result.reason()).startsWith("out of memory: ");
        assertThat(run(NARROW, new Phase.InheritWeights(), new Phase.Train(plan))
                        .status())
                .isEqualTo(TrialStatus.COMPLETED);
    }

    @Test
    void aRecipeThatDoesNotFitIsInfeasible() {
        TrialResult result = run(ChannelRecipe.of(3, 8), new Phase.InheritWeights());
        assertThat(result.status()).isEqualTo(TrialStatus.INFEASIBLE);
        assertThat(result.reason()).contains("recipe has 2 widths, the network has 4");
    }

    @Test
    void brokenNetworkBytesAreAReasonNotACrash() {
        Trial given = new Trial(
                "broken", "broken", new WholeNetwork(), List.of(new Phase.GivenWeights()), 1, 60, new byte[] {1, 2, 3});
        TrialResult result = TrialRunner.run(BENCH, given, HERE, CheckpointStore.NONE);
        assertThat(result.status()).isEqualTo(TrialStatus.INFEASIBLE);
        assertThat(result.reason()).contains("is not a Deeplearning4j network");
    }

    @Test
    void patternsFreezeByName() {
        assertThat(Workbench.matcher(List.of("stage?-*", "stem")).test("stage2-block1-conv1"))
                .isTrue();
        assertThat(Workbench.matcher(List.of("stage?-*", "stem")).test("stem")).isTrue();
        assertThat(Workbench.matcher(List.of("stage?-*", "stem")).test("stem-norm"))
                .isFalse();
        assertThat(Workbench.matcher(List.of()).test("stem")).isFalse();
    }

    private static INDArray parameters(TrialResult result) {
        return NetworkFiles.read(result.network(), "kept").params();
    }

    private static CheckpointStore inMemory(Map<String, byte[]> files) {
        return new CheckpointStore() {
            @Override
            public void write(String location, byte[] content) {
                files.put(location, content);
            }

            @Override
            public byte[] read(String location) throws IOException {
                byte[] content = files.get(location);
                if (content == null) {
                    throw new FileNotFoundException(location);
                }
                return content;
            }
        };
    }

    private static TrialResult run(Recipe recipe, Phase... phases) {
        return run(CheckpointStore.NONE, recipe, phases);
    }

    private static TrialResult run(CheckpointStore checkpoints, Recipe recipe, Phase... phases) {
        Trial trial = new Trial("t", "trial t", recipe, List.of(phases), 42, 60, new byte[0]);
        return TrialRunner.run(BENCH, trial, HERE, checkpoints);
    }

    private static TrainingPlan plan(int epochs, double rate) {
        return new TrainingPlan(
                epochs,
                8,
                LearningRateSchedule.cosine(rate),
                0.9,
                1e-4,
                0,
                new Augmentation(1, Augmentation.Flip.NONE));
    }

    private static Workbench bench() {
        ComputationGraphConfiguration configuration = ChainNetworks.leNet(6, SHAPE, 3, 1);
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        Split split = Split.ofCount(IMAGES, 20, 1);
        ImageSet training = IMAGES.subset(split.training());
        return new Workbench(
                new ImageAsset(training, IMAGES.subset(split.validation()), images(30), Normalization.of(training)),
                new NetworkAsset(
                        "test",
                        configuration.toJson(),
                        NetworkFiles.write(graph),
                        SHAPE,
                        3,
                        List.of(),
                        ImportanceCriterion.L1,
                        1));
    }

    private static ImageSet images(int count) {
        SplittableRandom random = new SplittableRandom(count);
        byte[] labels = new byte[count];
        byte[] pixels = new byte[count * 144];
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % 3);
            for (int i = 0; i < 144; i++) {
                pixels[image * 144 + i] = (byte) (random.nextInt(100) + (i / 48 == labels[image] ? 120 : 0));
            }
        }
        return new ImageSet(1, 12, 12, 3, pixels, labels);
    }
}

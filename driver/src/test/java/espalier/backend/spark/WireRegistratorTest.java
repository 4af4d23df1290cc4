package espalier.backend.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import espalier.data.Augmentation;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.WholeNetwork;
import espalier.task.CheckpointReference;
import espalier.task.ImageAsset;
import espalier.task.ImportanceCriterion;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.task.WorkerInfo;
import espalier.train.LearningRateSchedule;
import espalier.train.TrainingPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireRegistratorTest {
    private static final byte[] NONE = {};
    private static final List<Phase> EVERY_PHASE = List.of(
            new Phase.InheritWeights(),
            new Phase.FreshWeights(),
            new Phase.GivenWeights(),
            new Phase.Recalibrate(3, 8),
            new Phase.Train(new TrainingPlan(
                    2,
                    16,
                    new LearningRateSchedule(LearningRateSchedule.Law.STEP, 0.1, 1, List.of(1, 2, 3), 0.5),
                    0.9,
                    5e-4,
                    0.1,
                    new Augmentation(2, Augmentation.Flip.HORIZONTAL))),
            new Phase.Evaluate("pruned", Phase.Part.VALIDATION),
            new Phase.KeepNetwork(),
            new Phase.SaveCheckpoint("file:/here"),
            new Phase.Resume(new CheckpointReference("file:/here", "ab"), List.of(new Phase.InheritWeights())));

    @Test
    void everyPhaseAndRecipeIsTested() {
        assertThat(EVERY_PHASE)
                .extracting(Object::getClass)
                .map(Class::getName)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Phase.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toList());
        assertThat(Recipe.class.getPermittedSubclasses())
                .containsExactlyInAnyOrder(ChannelRecipe.class, RegularGraphRecipe.class, WholeNetwork.class);
    }

    @Test
    void trialsCrossTheWire() {
        for (Recipe recipe : List.of(
                ChannelRecipe.of(1, 2, 3),
                ChannelRecipe.of(4),
                new RegularGraphRecipe(
                        "D~{", RegularGraphRecipe.Arrangement.SHUFFLED, RegularGraphRecipe.Layers.STANDARD),
                new WholeNetwork())) {
            Trial trial = new Trial("round-1-0001", "trial", recipe, EVERY_PHASE, 7, 60, NONE);
            assertThat(there(trial)).usingRecursiveComparison().isEqualTo(trial);
        }
        Trial carrying = new Trial("t", "t", new WholeNetwork(), EVERY_PHASE, 7, 60, new byte[] {1, 2});
        assertThat(there(carrying).network()).containsExactly(1, 2);
    }

    @Test
    void resultsCrossTheWireInTheOrderOfTheirStages() {
        TrialResult result = new TrialResult(
                "t",
                TrialStatus.FAILED,
                "diverged",
                Map.of("pruned", 10.0),
                Map.of("train", 1.5),
                new WorkerInfo("1", "host", "cpu", 1, "lib"),
                1,
                2,
                NONE,
                new CheckpointReference("file:/here", "ab"));
        assertThat(there(result)).usingRecursiveComparison().isEqualTo(result);
    }

    @Test
    void assetsCrossTheWire() {
        ImageSet images = new ImageSet(1, 2, 2, 2, new byte[16], new byte[] {0, 1, 0, 1});
        ImageAsset asset =
                new ImageAsset(images, images.limit(3), images.limit(2), new Normalization(List.of(0.5), List.of(0.2)));
        ImageAsset arrived = there(asset);
        assertThat(arrived.training()).isEqualTo(images);
        assertThat(arrived.validation()).isEqualTo(asset.validation());
        assertThat(arrived.test()).isEqualTo(asset.test());
        assertThat(arrived.normalization()).isEqualTo(asset.normalization());
        for (ImportanceCriterion importance : ImportanceCriterion.values()) {
            NetworkAsset network =
                    new NetworkAsset("id", "{}", NONE, new TensorShape(1, 2, 2), 2, List.of("a*", "b"), importance, 3);
            assertThat(there(network)).usingRecursiveComparison().isEqualTo(network);
        }
    }

    @Test
    void aRecordThatIsNotValidIsRefusedOnArrival() {
        Kryo kryo = strictKryo();
        RecordSerializer serializer = new RecordSerializer(TensorShape.class);
        Output output = new Output(64);
        kryo.writeObject(output, 0);
        kryo.writeObject(output, 1);
        kryo.writeObject(output, 1);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Class<Record> type = (Class) TensorShape.class;
        assertThatThrownBy(() -> serializer.read(kryo, new Input(output.toBytes()), type))
                .hasMessageContaining("a TensorShape from the wire is not valid: shape is [0, 1, 1]");
    }

    /** Refuses every class that nobody registered, which Spark SQL's own do not allow us to ask of a whole session. */
    private static Kryo strictKryo() {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(true);
        new WireRegistrator().registerClasses(kryo);
        return kryo;
    }

    @SuppressWarnings("unchecked")
    private static <T> T there(T value) {
        Output output = new Output(1024, -1);
        strictKryo().writeClassAndObject(output, value);
        return (T) strictKryo().readClassAndObject(new Input(output.toBytes()));
    }
}

package espalier.search;

import espalier.backend.TrialBackend;
import espalier.config.StudyConfig;
import espalier.config.TrainingConfig;
import espalier.data.FileSource;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.recipe.WholeNetwork;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.task.Phase.Part;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.Workbench;
import espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * One network, trained outside of a search: a study's original exactly as the study trains its first one, or a network of a file, such
 * as a winner, by the schedule for winners.
 */
public final class NetworkTraining {
    private static final String ID = "trained";

    private final StudyConfig config;
    private final ImageAsset images;
    private final StudyNetwork network;
    private final TrainingConfig.Learning learning;
    private final long seed;

    private NetworkTraining(
            StudyConfig config, ImageAsset images, StudyNetwork network, TrainingConfig.Learning learning, long seed) {
        this.config = config;
        this.images = images;
        this.network = network;
        this.learning = learning;
        this.seed = seed;
    }

    /**
     * What came of it.
     *
     * @param network Deeplearning4j's zip
     * @param validationAccuracy percent
     * @param testAccuracy percent
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(byte[] network, double validationAccuracy, double testAccuracy) {}

    /** The training of a study's original. */
    public static NetworkTraining ofOriginal(StudyConfig config, ImageAsset images, FileSource source) {
        StudyNetwork network =
                StudyNetwork.load(config, shape(images), images.training().classes(), source);
        TrainingConfig.Learning learning = config.training().base().learning();
        return new NetworkTraining(config, images, network, learning, Originals.seed(config, 1));
    }

    /**
     * The training of a network that goes on from the weights of a file.
     *
     * @throws IllegalArgumentException if the file is not a network for the study's images
     */
    public static NetworkTraining ofFile(StudyConfig config, String file, ImageAsset images, FileSource source) {
        StudyNetwork network = StudyNetwork.ofFile(
                config, file, shape(images), images.training().classes(), source);
        TrainingConfig.Learning learning = config.training().retrain().learning();
        return new NetworkTraining(config, images, network, learning, Seeds.of(config.seed(), "train"));
    }

    private static TensorShape shape(ImageAsset images) {
        return new TensorShape(
                images.training().channels(),
                images.training().height(),
                images.training().width());
    }

    /** The network as executors get it. */
    public NetworkAsset asset() {
        return network.untrained();
    }

    public TrainingPlan plan() {
        return new StudyPlans(config).whole(learning, network.given().isPresent());
    }

    /** Seed of the training. */
    public long seed() {
        return seed;
    }

    /** The network before the training. */
    public ComputationGraph begin() {
        return network.given()
                .map(weights -> NetworkFiles.read(weights.zip(), "the network to train"))
                .orElseGet(() -> new Workbench(images, asset()).fresh(new WholeNetwork(), seed));
    }

    /**
     * Trains in one process, as one trial of a backend.
     *
     * @throws StudyFailedException if it fails
     */
    public Result run(TrialBackend backend) {
        backend.use(asset());
        List<Phase> phases =
                new ArrayList<>(new StudyPlans(config).whole(network.given().isPresent(), learning));
        phases.add(new Phase.Evaluate(StudyPlans.TEST, Part.TEST));
        byte[] given = network.given().map(GivenWeights::zip).orElse(new byte[0]);
        Trial trial = new Trial(
                ID,
                "training for study " + config.study(),
                new WholeNetwork(),
                phases,
                seed,
                config.search().timeLimit(),
                given);
        TrialResult result = TrialQueue.await(backend, trial);
        if (!result.completed()) {
            throw new StudyFailedException("training failed: " + result.reason());
        }
        return new Result(
                result.network(),
                result.accuracy(StudyPlans.TRAINED).orElseThrow(),
                result.accuracy(StudyPlans.TEST).orElseThrow());
    }
}

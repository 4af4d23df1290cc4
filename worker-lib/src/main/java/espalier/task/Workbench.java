package espalier.task;

import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.dl4j.GraphReader;
import espalier.dl4j.NetworkFiles;
import espalier.mask.MaskableLayer;
import espalier.mask.RegularGraphMask;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.prune.ChannelRanking;
import espalier.prune.FilterPruner;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.weights.TrainedNetwork;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/**
 * What all trials of a study share inside one process: the images, and the original network with its ranked channels. Safe
 * for many threads; each trial gets a graph of its own.
 */
public final class Workbench {
    private static final int EVALUATION_BATCH = 200;

    private final ImageAsset images;
    private final NetworkAsset network;
    private final @Nullable TrainedNetwork trained;
    private final @Nullable ChannelRanking ranking;

    public Workbench(ImageAsset images, NetworkAsset network) {
        this.images = images;
        this.network = network;
        byte[] zip = network.trained();
        if (zip.length == 0) {
            trained = null;
            ranking = null;
        } else {
            trained = TrainedNetwork.of(
                    NetworkFiles.read(zip, "the study's original network"), network.input(), matcher(network.frozen()));
            ranking = ChannelRanking.of(trained, network.importance().create(network.importanceSeed()));
        }
    }

    /** The layers that a list of patterns freezes; {@code *} stands for any characters, {@code ?} for one. */
    public static Predicate<String> matcher(List<String> patterns) {
        if (patterns.isEmpty()) {
            return name -> false;
        }
        return Pattern.compile(patterns.stream().map(Workbench::expression).collect(Collectors.joining("|")))
                .asMatchPredicate();
    }

    private static String expression(String pattern) {
        return Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    }

    /** The trained original, pruned. */
    ComputationGraph inherit(Recipe recipe) {
        if (trained == null || ranking == null) {
            throw new IllegalStateException("the original network is not trained yet; train it first");
        }
        return recipe instanceof ChannelRecipe channels
                ? FilterPruner.prune(trained, ranking.keptUnits(channels))
                : NetworkFiles.read(network.trained(), "the study's original network");
    }

    /** The recipe's architecture with weights drawn from a seed. */
    public ComputationGraph fresh(Recipe recipe, long seed) {
        ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(network.configuration());
        configuration.getDefaultConfiguration().setSeed(seed);
        ComputationGraph full = new ComputationGraph(configuration);
        full.init();
        if (recipe instanceof RegularGraphRecipe regular) {
            mask(full, regular, seed);
        }
        if (!(recipe instanceof ChannelRecipe channels)) {
            return full;
        }
        TrainedNetwork untrained = TrainedNetwork.of(full, network.input(), matcher(network.frozen()));
        ChannelRanking order = ChannelRanking.of(untrained, ImportanceCriterion.RANDOM.create(seed));
        return FilterPruner.initialize(untrained, order.keptUnits(channels), seed);
    }

    private void mask(ComputationGraph graph, RegularGraphRecipe recipe, long seed) {
        NetworkGraph nodes = GraphReader.read(graph.getConfiguration(), network.input(), name -> false);
        RegularGraphMask.of(recipe, MaskableLayer.of(nodes, matcher(network.frozen())), seed)
                .applyTo(graph, recipe.layers().scaled());
    }

    /** Of one image. */
    public TensorShape shape() {
        return network.input();
    }

    /** How many classes the images have. */
    public int classes() {
        return network.classes();
    }

    /** Training images in batches. */
    public BatchSampler training(int batchSize) {
        return BatchSampler.of(images.training(), images.normalization(), batchSize);
    }

    /** The images of a part, in batches. */
    public BatchSampler evaluation(Phase.Part part) {
        ImageSet chosen =
                switch (part) {
                    case VALIDATION -> images.validation();
                    case TEST -> images.test();
                };
        return BatchSampler.of(chosen, images.normalization(), EVALUATION_BATCH);
    }
}

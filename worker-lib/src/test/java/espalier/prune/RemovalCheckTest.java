package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.network.TensorShape;
import espalier.prune.RandomNetworks.Part;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemovalCheckTest {
    private static final TensorShape INPUT = new TensorShape(3, 9, 8);
    private static final int CLASSES = 5;
    private static final int RANDOM_NETWORKS = 300;

    /** Each part alone first, so that a failure has a small network. */
    @ParameterizedTest
    @EnumSource(Part.class)
    void everyPartIsPrunedToWhatTheMaskedOriginalComputes(Part part) {
        for (int seed = 0; seed < 8; seed++) {
            check(RandomNetworks.of(part, INPUT, CLASSES, seed), seed);
        }
    }

    @Test
    void randomNetworksArePrunedToWhatTheMaskedOriginalComputes() {
        double worst = 0;
        int layers = 0;
        for (int seed = 0; seed < RANDOM_NETWORKS; seed++) {
            RemovalCheck check = check(RandomNetworks.create(INPUT, CLASSES, seed, 1 + seed % 2), seed);
            worst = Math.max(worst, check.worstError());
            layers += check.layers();
        }
        System.out.printf("%d random networks, %d layers: worst error %.1e%n", RANDOM_NETWORKS, layers, worst);
    }

    @Test
    void namesTheFirstLayerThatDiffers() {
        RandomPruning pruning = RandomPruning.of(RandomNetworks.of(Part.CONVOLUTION, INPUT, CLASSES, 1), INPUT, 1);
        Layer last = Objects.requireNonNull(pruning.narrow().getLayer("classifier"));
        Layer before = pruning.narrow().getLayers()[3];
        before.getParam("W").muli(1.01);
        last.getParam("W").muli(2);
        RemovalCheck check = pruning.check();
        assertThat(check.passed()).isFalse();
        assertThat(check.firstDifference())
                .startsWith("layer '" + before.conf().getLayer().getLayerName() + "' differs by ")
                .endsWith("more than 1e-04, from the original's with removed channels at zero");
    }

    private static RemovalCheck check(ComputationGraphConfiguration configuration, long seed) {
        RandomPruning pruning = RandomPruning.of(configuration, INPUT, seed);
        RemovalCheck check = pruning.check();
        assertThat(check.firstDifference()).as("seed %d", seed).isEmpty();
        assertThat(pruning.network().prunableGroups()).isNotEmpty();
        return check;
    }
}

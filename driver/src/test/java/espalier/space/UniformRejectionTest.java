package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.recipe.ChannelRecipe;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UniformRejectionTest {
    private static final double MAX_PRUNED = 0.95;

    @Test
    void distributionIsThatOfTheEnumeratedSpace() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.02));
        Map<ChannelRecipe, Double> probabilities = new LinkedHashMap<>();
        List<int[]> members =
                ChannelSpaceTest.tinyRecipes().filter(space::contains).toList();
        double total =
                members.stream().mapToDouble(UniformRejectionTest::probability).sum();
        members.forEach(widths -> probabilities.put(ChannelRecipe.of(widths), probability(widths) / total));

        Map<ChannelRecipe, Integer> counts = new LinkedHashMap<>();
        RecipeSampler sampler = new UniformRejection(space);
        for (long seed = 0; seed < 300_000; seed++) {
            sampler.sample(seed).ifPresent(recipe -> counts.merge(recipe, 1, Integer::sum));
        }
        assertThat(counts.keySet()).isSubsetOf(probabilities.keySet());
        assertChiSquareIsPlausible(probabilities, counts);
    }

    /** A chi-square of n degrees of freedom has mean n and variance 2n. */
    private static void assertChiSquareIsPlausible(
            Map<ChannelRecipe, Double> probabilities, Map<ChannelRecipe, Integer> counts) {
        int drawn = counts.values().stream().mapToInt(Integer::intValue).sum();
        double chiSquare = 0;
        double smallest = drawn;
        for (Map.Entry<ChannelRecipe, Double> entry : probabilities.entrySet()) {
            double expected = drawn * Objects.requireNonNull(entry.getValue());
            double miss = counts.getOrDefault(entry.getKey(), 0) - expected;
            chiSquare += miss * miss / expected;
            smallest = Math.min(smallest, expected);
        }
        int freedom = probabilities.size() - 1;
        assertThat(freedom).isGreaterThan(50);
        assertThat(smallest).isGreaterThan(5);
        assertThat(chiSquare).isBetween(freedom - 3 * Math.sqrt(2 * freedom), freedom + 3 * Math.sqrt(2 * freedom));
    }

    /** An eighth of the shares leads to each width, but only 0.875 to 0.95 to width 1. */
    private static double probability(int[] widths) {
        return Arrays.stream(widths)
                .mapToDouble(width -> (width == 1 ? MAX_PRUNED - 0.875 : 0.125) / MAX_PRUNED)
                .reduce(1, (left, right) -> left * right);
    }

    /** Shares of plain draws inside half a percent, by an independent cost model. */
    @ParameterizedTest
    @CsvSource({"0.75, 0.4, 0.0027", "0.50, 0.7, 0.033", "0.25, 0.8, 0.0054"})
    void acceptsFewDrawsOnResNet50(double kept, double maxPruned, double rate) {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(kept, 0.005));
        Acceptance acceptance = new UniformRejection(space, maxPruned).acceptance(50_000, 1);
        assertThat(acceptance.rate()).isBetween(0.8 * rate, 1.2 * rate);
        assertThat(acceptance.interval().contains(rate)).isTrue();
    }

    @Test
    void keepRatioBandsRejectInsteadOfPilingUpAtTheirEnds() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.1));
        ChannelSpace banded = space.withKeepRatio("conv1", new Band(0.5, 0.75));
        RecipeSampler plain = new UniformRejection(space);
        RecipeSampler inBand = new UniformRejection(banded);
        for (long seed = 0; seed < 2000; seed++) {
            assertThat(inBand.sample(seed)).isEqualTo(plain.sample(seed).filter(banded::contains));
        }
    }

    @Test
    void rejectsACapAboveTheSpaces() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.02));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UniformRejection(space, 0.99))
                .withMessage("uniform sampling up to 0.99 pruned; it must be from 0 to the space's max pruned of 0.95");
    }
}

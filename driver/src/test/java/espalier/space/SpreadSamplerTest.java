package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import espalier.recipe.ChannelRecipe;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadSamplerTest {
    private static final int RECIPES = 300;

    /** 2.5 and 97.5 % points of mCB on ResNet-50, by an independent cost model and sampler. */
    @ParameterizedTest
    @CsvSource({
        "0.75, 0.05, 0.95, 1.04",
        "0.75, 0.20, 0.88, 1.17",
        "0.50, 0.05, 0.93, 1.05",
        "0.50, 0.10, 0.88, 1.11",
        "0.50, 0.30, 0.77, 1.44",
        "0.25, 0.10, 0.84, 1.18",
        "0.25, 0.20, 0.73, 1.50",
        "0.10, 0.05, 0.78, 1.09"
    })
    void spreadSetsTheRangeOfMcb(double kept, double spread, double low, double high) {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(kept, 0.005));
        double[] mcbs = draws(new SpreadSampler(space, spread), RECIPES).stream()
                .mapToDouble(recipe -> space.features(recipe).mcb())
                .sorted()
                .toArray();
        assertThat(mcbs).as("accepted").hasSize(RECIPES);
        // Sampling error of a 2.5 % point of 300 draws: about a seventh of the distance between the two points, at 2
        // sd.
        double slack = 0.01 + (high - low) / 7;
        assertThat(mcbs[7]).isCloseTo(low, offset(slack));
        assertThat(mcbs[RECIPES - 8]).isCloseTo(high, offset(slack));
    }

    @ParameterizedTest
    @CsvSource({"0.75, 0.999", "0.50, 0.980", "0.25, 0.959", "0.10, 0.908"})
    void spreadZeroIsUniformPruningAndOneRecipe(double kept, double mcb) {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(kept, 0.005));
        List<ChannelRecipe> recipes = draws(new SpreadSampler(space, 0), 5);
        assertThat(recipes).hasSize(5).containsOnly(recipes.get(0));
        RecipeFeatures features = space.features(recipes.get(0));
        assertThat(features.mcb()).isCloseTo(mcb, offset(0.003));
        assertThat(features.spread()).isLessThan(0.01);
    }

    @Test
    void realisedSpreadIsTheOneAskedForUnlessClipped() {
        ChannelSpace half = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(0.5, 0.005));
        assertThat(draws(new SpreadSampler(half, 0.1), 50))
                .allSatisfy(recipe -> assertThat(half.features(recipe).spread()).isCloseTo(0.1, offset(0.01)));
        ChannelSpace most = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(0.75, 0.005));
        assertThat(draws(new SpreadSampler(most, 0.3), 200).stream()
                        .mapToDouble(recipe -> most.features(recipe).spread())
                        .average())
                .hasValueCloseTo(0.19, offset(0.015));
    }

    @Test
    void repairMeetsATightTolerance() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.0002));
        assertThat(draws(new SpreadSampler(space, 0.1), 100))
                .hasSizeGreaterThan(95)
                .allSatisfy(
                        recipe -> assertThat(space.features(recipe).spread()).isCloseTo(0.1, offset(0.02)));
    }

    @Test
    void rejectsASpreadOutOfRange() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.02));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpreadSampler(space, -0.1))
                .withMessage("spread is -0.1; it must lie in 0 to 1");
    }

    static List<ChannelRecipe> draws(RecipeSampler sampler, int attempts) {
        return LongStream.range(0, attempts)
                .mapToObj(index -> sampler.sample(Draws.seed(1, index)))
                .flatMap(Optional::stream)
                .toList();
    }
}

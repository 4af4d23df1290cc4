package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.recipe.ChannelRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;

class BandSamplerTest {
    private static final ChannelSpace SPACE = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));

    @Test
    void realisedSpreadAndMcbLieInTheBandsAndFillThem() {
        Band spread = new Band(0.15, 0.25);
        Band mcb = new Band(0.8, 0.9);
        List<ChannelRecipe> recipes = SpreadSamplerTest.draws(new BandSampler(SPACE, spread, mcb), 200);
        assertThat(recipes).hasSizeGreaterThan(190).doesNotHaveDuplicates();
        double[] spreads = recipes.stream()
                .mapToDouble(recipe -> SPACE.features(recipe).spread())
                .sorted()
                .toArray();
        double[] mcbs = recipes.stream()
                .mapToDouble(recipe -> SPACE.features(recipe).mcb())
                .sorted()
                .toArray();
        assertFills(spread, spreads);
        assertFills(mcb, mcbs);
    }

    private static void assertFills(Band band, double[] sorted) {
        assertThat(band.contains(sorted[0])).isTrue();
        assertThat(band.contains(sorted[sorted.length - 1])).isTrue();
        for (int quarter = 1; quarter < 4; quarter++) {
            double share = (sorted[sorted.length * quarter / 4] - band.low()) / band.width();
            assertThat(share).isBetween(quarter / 4.0 - 0.12, quarter / 4.0 + 0.12);
        }
    }

    @Test
    void aFarMcbAtASmallSpreadIsOutOfReach() {
        BandSampler sampler = new BandSampler(SPACE, new Band(0.01, 0.05), new Band(1.3, 1.4));
        assertThat(SpreadSamplerTest.draws(sampler, 20)).isEmpty();
    }

    @Test
    void rejectsBandsWithoutEnds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BandSampler(SPACE, Band.UNBOUNDED, new Band(0.9, 1.1)))
                .withMessage("spread band is any; it must lie in 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BandSampler(SPACE, new Band(0, 0.1), Band.atLeast(1)))
                .withMessage("high end of the mCB band is Infinity; it must be above 0 and finite");
    }
}

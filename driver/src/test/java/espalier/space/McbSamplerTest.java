package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import espalier.recipe.ChannelRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class McbSamplerTest {
    private static final double TOLERANCE = 0.006;

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.25, 0.1})
    void meetsAnyMcbOnResNet50(double kept) {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(kept, 0.0006));
        for (double mcb = 0.8; mcb < 1.31; mcb += 0.05) {
            McbSampler sampler = new McbSampler(space, 0.1, mcb, TOLERANCE);
            List<ChannelRecipe> recipes = SpreadSamplerTest.draws(sampler, 10);
            assertThat(recipes).as("mCB " + mcb).hasSize(10).doesNotHaveDuplicates();
            for (ChannelRecipe recipe : recipes) {
                assertThat(space.features(recipe).mcb()).isCloseTo(mcb, offset(TOLERANCE));
                assertThat(space.features(recipe).flopsKept()).isCloseTo(kept, offset(0.0006001));
            }
        }
    }

    @Test
    void mcbFallsAsTheTiltRises() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(0.5, 0.0005));
        double[] direction = Directions.logArea(space.network().prunableGroups());
        double[] offsets = Directions.normal(direction.length, 3);
        Directions.projectOff(offsets, direction);
        Directions.scale(offsets, 0.1);
        Projection projection = new Projection(space);
        double last = Double.POSITIVE_INFINITY;
        for (double tilt = -0.6; tilt <= 0.6; tilt += 0.05) {
            double mcb = projection.mcbAt(offsets, direction, tilt);
            assertThat(mcb).as("tilt " + tilt).isLessThan(last);
            last = mcb;
        }
    }

    @Test
    void repairsWhereWholeFiltersAreCoarse() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET8, new FlopsRegime(0.5, 0.005));
        List<ChannelRecipe> recipes = SpreadSamplerTest.draws(new McbSampler(space, 0.2, 0.9, 0.005), 50);
        assertThat(recipes)
                .hasSizeGreaterThan(40)
                .allSatisfy(recipe -> assertThat(space.features(recipe).mcb()).isCloseTo(0.9, offset(0.005)));
    }

    @Test
    void drawsNothingWhereTheMcbIsOutOfReach() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));
        assertThat(new McbSampler(space, 0.1, 6, 0.01).sample(1)).isEmpty();
        assertThat(new McbSampler(space, 0.1, 0.2, 0.01).sample(1)).isEmpty();
    }

    @Test
    void equalAreasCannotBeTiltedButMayMeetTheMcbAsTheyAre() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.dense(), new FlopsRegime(0.5, 0.02));
        assertThat(SpreadSamplerTest.draws(new McbSampler(space, 0.1, 1, 0.01), 20))
                .isNotEmpty();
        assertThat(SpreadSamplerTest.draws(new McbSampler(space, 0.1, 1.2, 0.01), 20))
                .isEmpty();
    }

    @Test
    void rejectsTargetsThatAreNone() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.02));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new McbSampler(space, 0.1, 0, 0.01))
                .withMessage("mCB is 0.0; it must be above 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new McbSampler(space, 0.1, 1, 0))
                .withMessage("mCB tolerance is 0.0; it must be above 0 and finite");
    }
}

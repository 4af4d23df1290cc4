package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.cost.LatencyTable;
import espalier.network.NetworkGraph;
import espalier.recipe.ChannelRecipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyConstraintTest {
    private static final FlopsRegime HALF = new FlopsRegime(0.5, 0.05);
    private static final NetworkGraph NETWORK = TestNetworks.TINY;

    /** Nothing takes time but the second convolution, a millisecond for each of its eight outputs. */
    private static final LatencyTable TABLE = LatencyTable.parse("""
            conv1,3,8,1e-9
            conv2,8,1,1
            conv2,8,8,8
            conv3,8,8,1e-9
            dense,8,8,1e-9
            classifier,8,10,1e-9
            """, "table");

    @Test
    void everyRecipeThatIsDrawnMeetsTheLatency() {
        ChannelSpace space = space(new Band(0.2, 0.4));
        List<ChannelRecipe> recipes = new SpaceSampler(
                        space, List.of(new UniformRejection(space), new SpreadSampler(space, 0.3)), 20_000)
                .draw(20, 1)
                .recipes();
        assertThat(recipes).allSatisfy(recipe -> {
            assertThat(recipe.widths().get(1)).isBetween(2, 3);
            assertThat(space.features(recipe).latencyKept()).isBetween(0.2, 0.4);
        });
    }

    @Test
    void whatDoesNotMeetItIsSaid() {
        ChannelSpace space = space(new Band(0.2, 0.4));
        assertThat(space.violations(new int[] {8, 8, 8, 8})).contains("latency kept is 1, outside 0.2 to 0.4");
        assertThatThrownBy(() -> space(new Band(0, 0.01)))
                .isInstanceOf(SpaceException.class)
                .hasMessageContaining("latency kept is 0.125, outside 0 to 0.01");
    }

    private static ChannelSpace space(Band latencyKept) {
        return ChannelSpace.of(
                NETWORK,
                TABLE,
                new SpaceConstraints(HALF, WidthLimits.STANDARD, Map.of(), latencyKept, FeatureBands.ANY, List.of()));
    }
}

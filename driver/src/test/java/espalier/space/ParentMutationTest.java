package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.recipe.ChannelRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParentMutationTest {
    private static final ChannelSpace SPACE = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));

    @Test
    void childrenMeetNarrowConstraints() {
        ChannelSpace refined = SPACE.withMcb(new Band(1.1, 1.15))
                .withSpread(new Band(0.1, 0.15))
                .without(FeatureBands.ANY.withMcb(new Band(1.12, 1.13)));
        ChannelRecipe parent = new BandSampler(refined, new Band(0.1, 0.15), new Band(1.1, 1.12))
                .sample(1)
                .orElseThrow();
        List<ChannelRecipe> children = SpreadSamplerTest.draws(new ParentMutation(refined, parent, 0.1), 200);
        assertThat(children).hasSizeGreaterThan(190).doesNotHaveDuplicates();
        assertThat(children.stream().filter(child -> !refined.contains(child))).isEmpty();
    }

    @Test
    void strengthSetsTheDistanceFromTheParent() {
        ChannelRecipe parent = new SpreadSampler(SPACE, 0.15).sample(2).orElseThrow();
        double near = meanDistance(parent, 0.02);
        double far = meanDistance(parent, 0.2);
        assertThat(near).isBetween(0.01, 0.05);
        assertThat(far).isBetween(0.1, 0.25);
    }

    @Test
    void aParentOutsideHasChildrenInside() {
        ChannelRecipe original = ChannelRecipe.of(SPACE.counter().fullWidths());
        assertThat(SPACE.contains(original)).isFalse();
        assertThat(SpreadSamplerTest.draws(new ParentMutation(SPACE, original, 0.1), 20))
                .hasSize(20);
    }

    @Test
    void rejectsNoStrength() {
        ChannelRecipe original = ChannelRecipe.of(SPACE.counter().fullWidths());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ParentMutation(SPACE, original, 0))
                .withMessage("mutation strength is 0.0; it must be above 0 and finite");
    }

    /** Root mean square change of a ratio. */
    private static double meanDistance(ChannelRecipe parent, double strength) {
        List<Double> from = SPACE.features(parent).ratios();
        return SpreadSamplerTest.draws(new ParentMutation(SPACE, parent, strength), 50).stream()
                .mapToDouble(child -> {
                    List<Double> to = SPACE.features(child).ratios();
                    double squares = 0;
                    for (int group = 0; group < from.size(); group++) {
                        squares += Math.pow(to.get(group) - from.get(group), 2);
                    }
                    return Math.sqrt(squares / from.size());
                })
                .average()
                .orElseThrow();
    }
}

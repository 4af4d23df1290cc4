package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.recipe.ChannelRecipe;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpaceSamplerTest {
    private static final ChannelSpace TINY = ChannelSpace.of(TestNetworks.TINY, new FlopsRegime(0.5, 0.02));
    private static final ChannelSpace SPACE = ChannelSpace.of(TestNetworks.RESNET8, new FlopsRegime(0.5, 0.01));
    private static final SpaceSampler SAMPLER =
            new SpaceSampler(SPACE, List.of(new SpreadSampler(SPACE, 0.05), new SpreadSampler(SPACE, 0.2)));

    @Test
    void recipesAreDistinctAndInside() {
        List<ChannelRecipe> recipes = SAMPLER.draw(200, 1).recipes();
        assertThat(recipes).hasSize(200).doesNotHaveDuplicates();
        assertThat(recipes.stream().filter(recipe -> !SPACE.contains(recipe))).isEmpty();
    }

    @Test
    void aLongerDrawBeginsWithAShorterOne() {
        assertThat(SAMPLER.draw(60, 7).recipes().subList(0, 20))
                .isEqualTo(SAMPLER.draw(20, 7).recipes());
        assertThat(SAMPLER.draw(20, 8).recipes())
                .isNotEqualTo(SAMPLER.draw(20, 7).recipes());
    }

    @Test
    void samplersTakeTurns() {
        List<ChannelRecipe> recipes = SAMPLER.draw(40, 3).recipes();
        for (int index = 0; index < recipes.size(); index++) {
            double spread = SPACE.features(recipes.get(index)).spread();
            assertThat(spread).isBetween(index % 2 == 0 ? 0.03 : 0.12, index % 2 == 0 ? 0.12 : 0.25);
        }
    }

    @Test
    void drawsTheWholeOfASmallSpaceAndThenSaysSo() {
        Set<ChannelRecipe> members = new HashSet<>();
        ChannelSpaceTest.tinyRecipes().filter(TINY::contains).forEach(widths -> members.add(ChannelRecipe.of(widths)));
        SpaceSampler sampler = new SpaceSampler(TINY, List.of(new UniformRejection(TINY)), 200_000);
        RecipeSample sample = sampler.draw(members.size(), 5);
        assertThat(sample.recipes()).containsExactlyInAnyOrderElementsOf(members);
        assertThat(sample.duplicates()).isPositive();
        assertThatExceptionOfType(SpaceException.class)
                .isThrownBy(() -> sampler.draw(members.size() + 1, 5))
                .withMessage("the space holds no more than " + members.size()
                        + " distinct recipes as far as 200000 attempts in a row can tell, but " + (members.size() + 1)
                        + " are wanted; widen the FLOPs tolerance of 0.02 or the bands, or ask for fewer");
    }

    @Test
    void anExhaustedSamplerLeavesTheRestToTheOthers() {
        SpaceSampler sampler =
                new SpaceSampler(SPACE, List.of(new SpreadSampler(SPACE, 0), new SpreadSampler(SPACE, 0.1)), 100);
        assertThat(sampler.draw(30, 1).recipes()).hasSize(30);
    }

    @Test
    void knownRecipesAreNotDrawnAgain() {
        Set<ChannelRecipe> known = new HashSet<>(SAMPLER.draw(50, 1).recipes());
        assertThat(SAMPLER.draw(50, 1, known).recipes()).hasSize(50).doesNotContainAnyElementsOf(known);
    }

    @Test
    void reportsAcceptance() {
        SpaceSampler sampler = new SpaceSampler(TINY, List.of(new UniformRejection(TINY)));
        RecipeSample sample = sampler.draw(50, 2);
        Acceptance plain = new UniformRejection(TINY).acceptance(100_000, 1);
        assertThat(sample.acceptance().accepted()).isEqualTo(50 + sample.duplicates());
        assertThat(sample.acceptance().interval().intersect(plain.interval())).isPresent();
    }

    @Test
    void rejectsNothingToDrawFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpaceSampler(SPACE, List.of()))
                .withMessage("a space sampler has no samplers; give at least one");
        assertThatIllegalArgumentException().isThrownBy(() -> SAMPLER.draw(0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpaceSampler(SPACE, List.of(new UniformRejection(SPACE)), 0));
    }
}

package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.recipe.ChannelRecipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler owes, over networks, regimes, divisors and minimum widths. */
class RecipeSamplerTest {
    private static final int DRAWS = 30;

    static Stream<ChannelSpace> spaces() {
        return TestNetworks.all().values().stream().flatMap(network -> Stream.of(
                        SpaceConstraints.of(new FlopsRegime(0.5, 0.02), WidthLimits.STANDARD),
                        SpaceConstraints.of(new FlopsRegime(0.35, 0.02), new WidthLimits(0.9, 2, 2)),
                        SpaceConstraints.of(new FlopsRegime(0.6, 0.03), new WidthLimits(0.8, 4, 4)))
                .map(constraints -> ChannelSpace.of(network, constraints)));
    }

    private static Map<String, RecipeSampler> samplers(ChannelSpace space) {
        ChannelRecipe parent = new SpreadSampler(space, 0).sample(1).orElseThrow();
        Map<String, RecipeSampler> samplers = new LinkedHashMap<>();
        samplers.put("uniform", new UniformRejection(space));
        samplers.put("spread", new SpreadSampler(space, 0.1));
        samplers.put("mCB", new McbSampler(space, 0.1, space.features(parent).mcb(), 0.05));
        samplers.put("bands", new BandSampler(space, new Band(0.05, 0.3), new Band(0.8, 1.25)));
        samplers.put("mutation", new ParentMutation(space, parent, 0.1));
        return samplers;
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void drawsLieInsideAndDependOnTheSeedAlone(ChannelSpace space) {
        samplers(space).forEach((name, sampler) -> {
            List<Optional<ChannelRecipe>> draws = draws(sampler, LongStream.range(0, DRAWS));
            assertThat(draws.stream().flatMap(Optional::stream).filter(recipe -> !space.contains(recipe)))
                    .as(name)
                    .isEmpty();
            assertThat(draws(
                            samplers(space).get(name),
                            LongStream.range(0, DRAWS).parallel()))
                    .as(name)
                    .isEqualTo(draws);
        });
    }

    @ParameterizedTest
    @MethodSource("spaces")
    void allButRejectionAcceptAGoodPartOfTheirDraws(ChannelSpace space) {
        samplers(space).forEach((name, sampler) -> {
            long accepted = draws(sampler, LongStream.range(0, DRAWS)).stream()
                    .filter(Optional::isPresent)
                    .count();
            assertThat(accepted).as(name).isGreaterThanOrEqualTo(name.equals("uniform") ? 0 : DRAWS / 3);
        });
    }

    private static List<Optional<ChannelRecipe>> draws(@Nullable RecipeSampler sampler, LongStream seeds) {
        return seeds.mapToObj(Objects.requireNonNull(sampler)::sample).toList();
    }
}

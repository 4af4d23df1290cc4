package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.data.Offset.offset;

import espalier.cost.Complexity;
import espalier.network.NetworkGraph;
import espalier.recipe.ChannelRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChannelSpaceTest {
    private static final FlopsRegime HALF = new FlopsRegime(0.5, 0.02);
    private static final NetworkGraph TINY = TestNetworks.TINY;

    @Test
    void containsExactlyWhatBruteForceFinds() {
        Band mcb = new Band(0.8, 1.25);
        Band spread = new Band(0.05, 0.3);
        ChannelSpace space = ChannelSpace.of(TINY, SpaceConstraints.of(HALF, new WidthLimits(0.8, 2, 2)))
                .withMcb(mcb)
                .withSpread(spread);
        List<int[]> members = tinyRecipes()
                .filter(widths -> Arrays.stream(widths).allMatch(width -> width >= 2 && width % 2 == 0))
                .filter(widths -> Math.abs(macs(widths) / macs(8, 8, 8, 8) - 0.5) <= 0.02)
                .filter(widths -> mcb.contains(mcb(widths)))
                .filter(widths -> spread.contains(spread(widths)))
                .toList();
        assertThat(members).isNotEmpty();
        assertThat(tinyRecipes().filter(space::contains)).containsExactlyElementsOf(members);
    }

    @Test
    void violationsAreEmptyExactlyInside() {
        ChannelSpace space = ChannelSpace.of(TINY, SpaceConstraints.of(HALF, new WidthLimits(0.8, 1, 2)))
                .withParametersKept(new Band(0.3, 0.6))
                .without(FeatureBands.ANY.withMcb(new Band(0.99, 1.01)))
                .withKeepRatio("conv2", Band.atLeast(0.5));
        assertThat(tinyRecipes().filter(space::contains)).isNotEmpty();
        assertThat(tinyRecipes().filter(widths -> space.violations(widths).isEmpty() != space.contains(widths)))
                .isEmpty();
    }

    @Test
    void violationsNameTheConstraintTheValueAndTheLimits() {
        ChannelSpace space = ChannelSpace.of(TINY, SpaceConstraints.of(HALF, new WidthLimits(0.5, 1, 4)))
                .withSpread(Band.atMost(0.3));
        assertThat(space.violations(new int[] {3, 8, 8, 8}))
                .containsExactly(
                        "width of 'conv1' is 3, outside 4 to 8, in multiples of 4",
                        "FLOPs kept is 0.43503, outside 0.48 to 0.52");
        ChannelSpace negated = ChannelSpace.of(TINY, HALF)
                .without(new FeatureBands(Band.UNBOUNDED, new Band(0.9, 1.1), Band.atMost(0.2)));
        int[] widths = tinyRecipes()
                .filter(ChannelSpace.of(TINY, HALF)::contains)
                .filter(recipe -> !negated.contains(recipe))
                .findFirst()
                .orElseThrow();
        assertThat(negated.violations(widths))
                .singleElement()
                .asString()
                .contains("lie in the excluded box: mCB 0.9 to 1.1, spread at most 0.2");
    }

    @Test
    void boxAndItsNegationPartTheSpace() {
        ChannelSpace space = ChannelSpace.of(TINY, HALF);
        FeatureBands box = new FeatureBands(Band.UNBOUNDED, new Band(0.9, 1.1), Band.atMost(0.2));
        ChannelSpace refined = space.withMcb(box.mcb()).withSpread(box.spread());
        ChannelSpace negated = space.without(box);
        assertThat(tinyRecipes().filter(space::contains))
                .isNotEmpty()
                .allSatisfy(widths -> assertThat(refined.contains(widths)).isNotEqualTo(negated.contains(widths)));
    }

    @Test
    void widthsRoundUpToTheDivisorAndNeverAboveTheFullWidth() {
        WidthLattice lattice = lattice(new WidthLimits(0.9, 1, 3));
        assertThat(IntStream.rangeClosed(0, 9).map(pruned -> lattice.realise(0, pruned / 10.0)))
                .as("8 - floor(8 r), up to 3, 6 or 8")
                .containsExactly(8, 8, 8, 6, 6, 6, 6, 3, 3, 3);
        assertThat(lattice.up(0, 6)).isEqualTo(8);
        assertThat(lattice.down(0, 8)).isEqualTo(6);
        assertThat(lattice.up(0, 8)).isEqualTo(8);
        assertThat(lattice.down(0, 3)).isEqualTo(3);
        assertThat(lattice.contains(0, 8)).isTrue();
        assertThat(lattice.contains(0, 7)).isFalse();
    }

    @Test
    void wholeNumbersOfPrunedChannelsSurviveRounding() {
        WidthLattice lattice = lattice(new WidthLimits(0.9, 1, 1));
        assertThat(lattice.realise(0, Math.nextDown(0.75)))
                .as("six of eight pruned, a rounding error short")
                .isEqualTo(2);
        assertThat(lattice.realise(0, 0.74)).isEqualTo(3);
        assertThat(lattice.realise(0, -1)).isEqualTo(8);
        assertThat(lattice.realise(0, 2)).isEqualTo(1);
    }

    @Test
    void minWidthAndMaxPrunedBoundTheSmallestSubnetwork() {
        assertThat(lattice(new WidthLimits(0.7, 1, 1)).smallest()).containsOnly(3);
        assertThat(lattice(new WidthLimits(0.7, 5, 1)).smallest()).containsOnly(5);
        assertThat(lattice(new WidthLimits(0.7, 5, 4)).smallest()).containsOnly(8);
        assertThat(lattice(new WidthLimits(0.7, 20, 1)).smallest()).containsOnly(8);
        assertThat(lattice(new WidthLimits(0, 1, 1)).size()).isEqualTo(1);
        assertThat(lattice(new WidthLimits(0.95, 1, 1)).size()).isEqualTo(4096);
    }

    @Test
    void featuresAreThoseOfTheRealisedWidths() {
        RecipeFeatures features = ChannelSpace.of(TINY, HALF).features(new int[] {8, 4, 2, 8});
        assertThat(features.ratios()).containsExactly(1.0, 0.5, 0.25, 1.0);
        double mean = 2.75 / 4;
        double squares = 2 * Math.pow(1 - mean, 2) + Math.pow(0.5 - mean, 2) + Math.pow(0.25 - mean, 2);
        assertThat(features.spread()).isCloseTo(Math.sqrt(squares / 4), offset(1e-15));
        assertThat(features.complexity().macs())
                .isEqualTo(64 * 27 * 8 + 16 * 9 * 8 * 4 + 4 * 9 * 4 * 2 + 2 * 8 + 8 * 10);
        assertThat(features.mcb()).isCloseTo(features.flopsKept() / features.parametersKept(), offset(1e-12));
    }

    @Test
    void originalHasMcbOneAndNoSpread() {
        TestNetworks.all().forEach((name, network) -> {
            ChannelSpace space = ChannelSpace.of(network, new FlopsRegime(1, 0.2));
            RecipeFeatures features = space.features(space.counter().fullWidths());
            assertThat(features.mcb()).as(name).isEqualTo(1.0);
            assertThat(features.spread()).as(name).isZero();
            assertThat(space.contains(space.counter().fullWidths())).as(name).isTrue();
        });
    }

    @Test
    void filterStepIsTheLargestShareOfOneStep() {
        assertThat(ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005))
                        .filterStep())
                .as("two 3x3 convolutions of 16 channels at 32x32")
                .isEqualTo(2 * 9 * 16 * 1024 / 125_485_696.0);
    }

    @Test
    void mcbRangeIsExactWhereTheSpaceIsSmall() {
        ChannelSpace space = ChannelSpace.of(TINY, HALF);
        double[] mcbs = tinyRecipes()
                .filter(widths -> Arrays.stream(widths).allMatch(width -> width >= 1))
                .filter(space::contains)
                .mapToDouble(ChannelSpaceTest::mcb)
                .sorted()
                .toArray();
        assertThat(space.mcbRange().low()).isCloseTo(mcbs[0], offset(1e-12));
        assertThat(space.mcbRange().high()).isCloseTo(mcbs[mcbs.length - 1], offset(1e-12));
    }

    @Test
    void mcbRangeHoldsWhatSamplersReach() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));
        Band range = space.mcbRange();
        SpreadSampler sampler = new SpreadSampler(space, 0.4);
        assertThat(range.low()).isLessThan(0.6);
        assertThat(range.high()).isGreaterThan(2.5);
        assertThat(IntStream.range(0, 100).mapToObj(sampler::sample).flatMap(Optional::stream))
                .allSatisfy(recipe ->
                        assertThat(range.contains(space.features(recipe).mcb())).isTrue());
    }

    @Test
    void refusesExactlyTheEmptySpaces() {
        ChannelSpace space = ChannelSpace.of(TINY, new FlopsRegime(0.5, 0.05));
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;
        for (int trial = 0; trial < 60; trial++) {
            SpaceConstraints constraints = space.constraints()
                    .withBands(new FeatureBands(
                            band(random, 0.2, 0.8, 0.1), band(random, 0.6, 2, 0.1), band(random, 0, 0.4, 0.05)));
            FeatureBands bands = constraints.bands();
            boolean empty = tinyRecipes()
                    .filter(space::contains)
                    .map(space::features)
                    .noneMatch(recipe -> bands.contains(recipe.parametersKept(), recipe.mcb(), recipe.spread()));
            assertThat(isRefused(() -> space.with(constraints))).isEqualTo(empty);
            refused += empty ? 1 : 0;
        }
        assertThat(refused).isBetween(10, 50);
    }

    private static Band band(SplittableRandom random, double low, double high, double width) {
        double middle = random.nextDouble(low, high);
        return random.nextInt(3) == 0 ? Band.UNBOUNDED : new Band(middle - width, middle + width);
    }

    private static boolean isRefused(ThrowingCallable call) {
        return catchThrowable(call) instanceof SpaceException;
    }

    @Test
    void doesNotRefuseANarrowSpaceAroundARecipe() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.01));
        for (long seed = 0; seed < 20; seed++) {
            RecipeFeatures features = space.features(
                    new SpreadSampler(space, 0.02 * seed).sample(seed).orElseThrow());
            ChannelSpace narrow = space.with(space.constraints()
                    .withBands(new FeatureBands(
                            around(features.parametersKept()), around(features.mcb()), around(features.spread()))));
            assertThat(narrow.contains(space.counter().fullWidths())).isFalse();
        }
    }

    private static Band around(double value) {
        return new Band(value - 0.005, value + 0.005);
    }

    @Test
    void rejectsARegimeThatIsOutOfReachAndNamesTheNearestShare() {
        assertOneLine(
                () -> ChannelSpace.of(
                        TINY, SpaceConstraints.of(new FlopsRegime(0.1, 0.01), new WidthLimits(0.5, 1, 4))),
                "FLOPs kept 0.1 ± 0.01 cannot be reached: subnetworks keep 0.38638 to 1 under max pruned 0.5, min width 1,"
                        + " divisor 4; the nearest is 0.38638; change the target or the limits");
        ChannelSpace space = ChannelSpace.of(TINY, HALF);
        assertOneLine(
                () -> space.withKeepRatio("conv1", Band.atLeast(0.9)),
                "FLOPs kept 0.5 ± 0.02 cannot be reached: subnetworks keep 0.58941 to 1",
                "keep-ratios {conv1=at least 0.9}; the nearest is 0.58941");
    }

    @Test
    void rejectsAToleranceThatWholeFiltersCannotMeetAndNamesTheNearestShare() {
        assertOneLine(
                () -> ChannelSpace.of(
                        TINY, SpaceConstraints.of(new FlopsRegime(0.7, 0.001), new WidthLimits(0.5, 1, 4))),
                "FLOPs tolerance 0.001 is finer than whole filters allow: the nearest share found to 0.7 is 0.",
                "; set the tolerance to at least 0.");
        assertOneLine(
                () -> ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 1e-9)),
                "FLOPs tolerance 0.000000001 is finer than whole filters allow",
                "better to one filter's step of 0.0023502");
    }

    @Test
    void rejectsAnMcbBandOutOfReachAndNamesTheRange() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));
        assertOneLine(
                () -> space.withMcb(new Band(3.5, 4)),
                "mCB band 3.5 to 4 cannot be met: at 0.5 ± 0.005 FLOPs kept recipes have an mCB of about 0.5",
                "; move the band or the FLOPs target");
        assertOneLine(
                () -> ChannelSpace.of(TINY, HALF).withMcb(new Band(0.1, 0.2)), "mCB band 0.1 to 0.2 cannot be met");
    }

    @Test
    void rejectsBandsThatContradictEachOther() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.5, 0.005));
        assertOneLine(
                () -> space.withMcb(new Band(1.2, 1.3)).withParametersKept(new Band(0.5, 0.6)),
                "mCB band 1.2 to 1.3 and parameters-kept band 0.5 to 0.6 contradict each other: at 0.5 ± 0.005 FLOPs kept"
                        + " the latter means an mCB of 0.825 to 1.01; drop one of the two");
        assertOneLine(
                () -> space.withMcb(new Band(1, 1.1)).without(FeatureBands.ANY.withMcb(new Band(0.9, 1.2))),
                "the excluded box (mCB 0.9 to 1.2) covers the whole space (mCB 1 to 1.1)");
        assertOneLine(
                () -> space.withMcb(new Band(1.4, 1.5)).withSpread(Band.atMost(0.01)),
                "no recipe found that meets all constraints; of the nearest one, spread is 0.1",
                "outside at most 0.01; widen that constraint");
        assertOneLine(
                () -> space.withSpread(new Band(0.6, 0.7)),
                "no recipe found that meets all constraints; of the nearest one, spread is 0.",
                "outside 0.6 to 0.7; widen that constraint");
    }

    @Test
    void rejectsGroupBandsThatAllowNothing() {
        ChannelSpace space = ChannelSpace.of(TINY, SpaceConstraints.of(HALF, new WidthLimits(0.5, 1, 4)));
        assertOneLine(
                () -> space.withKeepRatio("conv2", new Band(0.6, 0.9)),
                "keep-ratio of group 'conv2' must be 0.6 to 0.9, but its widths are 4 to 8 of 8 in steps of 4");
        assertOneLine(
                () -> space.withKeepRatio("conv9", new Band(0.6, 0.9)),
                "keep-ratio band names 'conv9', which is no prunable channel group; groups are [conv1, conv2, conv3, dense]");
    }

    @Test
    void rejectsANetworkWithoutPrunableGroups() {
        NetworkGraph frozen = NetworkGraph.of(TINY.nodes(), TINY.outputs(), name -> !name.equals("input"));
        assertOneLine(
                () -> ChannelSpace.of(frozen, HALF), "the network has no prunable channel group; freeze fewer layers");
    }

    @Test
    void rejectsARecipeOfAnotherNetwork() {
        ChannelSpace space = ChannelSpace.of(TINY, HALF);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> space.contains(ChannelRecipe.of(1, 2)))
                .withMessage("recipe [1, 2] has 2 widths; the network has 4 prunable groups");
    }

    @Test
    void rejectsConstraintsOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FlopsRegime(0, 0.01));
        assertThatIllegalArgumentException().isThrownBy(() -> new FlopsRegime(1.1, 0.01));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlopsRegime(0.5, 0))
                .withMessage("FLOPs tolerance is 0.0; it must be above 0 and below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureBands.ANY.withMcb(Band.atMost(0)))
                .withMessage("bands are parameters kept any, mCB at most 0, spread any;"
                        + " the first two must reach above 0, the last to 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new WidthLimits(1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new WidthLimits(0.5, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new WidthLimits(0.5, 1, 0));
    }

    private static void assertOneLine(ThrowingCallable call, String... parts) {
        assertThatExceptionOfType(SpaceException.class)
                .isThrownBy(call)
                .satisfies(
                        error -> assertThat(error.getMessage()).contains(parts).doesNotContain("\n"));
    }

    private static WidthLattice lattice(WidthLimits limits) {
        return WidthLattice.of(TINY.prunableGroups(), limits, Map.of());
    }

    /** All 8^4 recipes. */
    static Stream<int[]> tinyRecipes() {
        return IntStream.range(0, 4096)
                .mapToObj(code -> new int[] {code % 8 + 1, code / 8 % 8 + 1, code / 64 % 8 + 1, code / 512 + 1});
    }

    static double macs(int... k) {
        return 64.0 * 27 * k[0] + 16 * 9 * k[0] * k[1] + 4 * 9 * k[1] * k[2] + k[2] * k[3] + k[3] * 10;
    }

    static double mcb(int... widths) {
        Complexity original = new Complexity((long) macs(8, 8, 8, 8), (long) parameters(8, 8, 8, 8), 1);
        Complexity cost = new Complexity((long) macs(widths), (long) parameters(widths), 1);
        return cost.meanComputationBudget(original);
    }

    private static double parameters(int... k) {
        return 27 * k[0] + 9 * k[0] * k[1] + 9 * k[1] * k[2] + k[2] * k[3] + k[3] + k[3] * 10 + 10;
    }

    private static double spread(int... widths) {
        double mean = Arrays.stream(widths).average().orElseThrow() / 8;
        return Math.sqrt(Arrays.stream(widths)
                .mapToDouble(width -> Math.pow(width / 8.0 - mean, 2))
                .average()
                .orElseThrow());
    }
}

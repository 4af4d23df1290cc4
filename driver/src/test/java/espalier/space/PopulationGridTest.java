package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import espalier.network.NetworkGraph;
import espalier.space.Population.CellCount;
import espalier.space.Population.Member;
import espalier.space.PopulationGrid.Cell;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PopulationGridTest {
    private static final FlopsRegime HALF = new FlopsRegime(0.5, 0.01);
    private static final PopulationGrid GRID = PopulationGrid.standard();
    private static final int TRIALS = 40;

    static Stream<NetworkGraph> networks() {
        return Stream.of(TestNetworks.RESNET56, TestNetworks.RESNET8, TestNetworks.RESNET8_PADDED);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void spreadAndMcbAreNotConfounded(NetworkGraph network) {
        ChannelSpace space = ChannelSpace.of(network, HALF);
        for (long seed = 1; seed <= 5; seed++) {
            List<RecipeFeatures> features = GRID.draw(space, TRIALS, seed).recipes().stream()
                    .map(space::features)
                    .toList();
            assertThat(features).hasSize(TRIALS);
            double[] spreads =
                    features.stream().mapToDouble(RecipeFeatures::spread).toArray();
            double[] mcbs = features.stream().mapToDouble(RecipeFeatures::mcb).toArray();
            assertThat(new PearsonsCorrelation().correlation(spreads, mcbs)).isBetween(-0.3, 0.3);
        }
    }

    @Test
    void membersLieInTheirCellsAndInTheSpace() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, HALF);
        Population population = GRID.draw(space, TRIALS, 1);
        assertThat(population.recipes()).doesNotHaveDuplicates();
        assertThat(population.members()).first().extracting(Member::cell).isEqualTo(Cell.UNIFORM);
        assertThat(population.members().subList(1, TRIALS)).allSatisfy(member -> {
            RecipeFeatures features = space.features(member.recipe());
            assertThat(space.contains(member.recipe())).isTrue();
            assertThat(member.cell().spread().contains(features.spread())).isTrue();
            assertThat(member.cell().mcb().contains(features.mcb())).isTrue();
        });
    }

    @Test
    void sharesAreEven() {
        assertThat(GRID.cells()).hasSize(16).first().isEqualTo(Cell.UNIFORM);
        List<Integer> shares = GRID.shares(TRIALS);
        assertThat(shares).first().isEqualTo(1);
        assertThat(shares.subList(1, 10)).containsOnly(3);
        assertThat(shares.subList(10, 16)).containsOnly(2);
        assertThat(GRID.shares(1).stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
    }

    @Test
    void cellsOfOneIndexShareTheirRandomDirection() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET50, new FlopsRegime(0.5, 0.002));
        PopulationGrid grid = PopulationGrid.over(new Band(0.1, 0.3), 2, new Band(0.98, 1.02), 1);
        Map<Integer, List<Double>> first = new HashMap<>();
        for (Member member : grid.draw(space, 21, 4).members().subList(1, 21)) {
            List<Double> ratios = space.features(member.recipe()).ratios();
            List<Double> partner = first.putIfAbsent(member.index(), ratios);
            if (partner != null) {
                assertThat(correlation(ratios, partner)).isGreaterThan(0.9);
            }
        }
        assertThat(first).hasSize(10);
        assertThat(correlation(
                        List.copyOf(first.values()).get(0),
                        List.copyOf(first.values()).get(1)))
                .isBetween(-0.6, 0.6);
    }

    private static double correlation(List<Double> left, List<Double> right) {
        return new PearsonsCorrelation()
                .correlation(
                        left.stream().mapToDouble(Double::doubleValue).toArray(),
                        right.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Test
    void sameSeedGivesTheSamePopulation() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET8, HALF);
        assertThat(GRID.draw(space, TRIALS, 3)).isEqualTo(GRID.draw(space, TRIALS, 3));
        assertThat(GRID.draw(space, TRIALS, 3).recipes())
                .isNotEqualTo(GRID.draw(space, TRIALS, 4).recipes());
    }

    @Test
    void aCellOutOfReachIsReportedAndItsShareGoesToTheOthers() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET56, new FlopsRegime(0.75, 0.01));
        Population population = GRID.draw(space, TRIALS, 1);
        assertThat(population.members()).hasSize(TRIALS);
        assertThat(population.shortCells())
                .singleElement()
                .hasToString("spread 0.06 to 0.14, mCB 0.75 to 0.84147: 0 of 3");
        assertThat(population.cells().stream().mapToInt(CellCount::drawn).sum()).isEqualTo(TRIALS);
        assertThat(population.cells().stream().mapToInt(CellCount::planned).sum())
                .isEqualTo(TRIALS);
        assertThat(population.cells().subList(2, 16)).allMatch(cell -> cell.drawn() >= cell.planned());
    }

    @Test
    void tooManyTrialsForASmallSpaceAreAnError() {
        ChannelSpace space = ChannelSpace.of(TestNetworks.RESNET8_INNER, new FlopsRegime(0.5, 0.005));
        assertThatExceptionOfType(SpaceException.class)
                .isThrownBy(() -> GRID.draw(space, 500, 1))
                .withMessageMatching(
                        "the population grid reaches no more than \\d+ distinct recipes, but 500 are wanted;"
                                + " widen the FLOPs tolerance of 0.005 or the grid's bands, or ask for fewer");
    }

    @Test
    void bandsOfMcbAreEvenOnALogScale() {
        List<Band> mcbs =
                PopulationGrid.over(new Band(0, 0.2), 1, new Band(0.5, 2), 2).mcbs();
        assertThat(mcbs.get(0).low()).isCloseTo(0.5, offset(1e-12));
        assertThat(mcbs.get(0).high()).isCloseTo(1, offset(1e-12));
        assertThat(mcbs.get(1).high()).isCloseTo(2, offset(1e-12));
    }

    @Test
    void rejectsAGridWithoutCells() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PopulationGrid(List.of(), List.of(new Band(0.9, 1.1))))
                .withMessage("population grid has 0 spread bands and 1 mCB bands; give at least one of each");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PopulationGrid(List.of(new Band(0, 2)), List.of(new Band(0.9, 1.1))));
    }
}

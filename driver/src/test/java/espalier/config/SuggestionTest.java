package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("lenet", "resnet-cifar", "l1", "trials-per-round", "seed", "a");

    @ParameterizedTest
    @CsvSource({
        "kitten, sitting, 3",
        "trails, trials, 1",
        "gird, grid, 1",
        "ca, abc, 3",
        "Epochs, epochs, 0",
        "'', abc, 3",
        "abc, '', 3",
    })
    void countsEdits(String first, String second, int edits) {
        assertThat(Suggestion.distance(first, second)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({
        "trialsPerRound, trials-per-round",
        "trials_per_round, trials-per-round",
        "resnet, resnet-cifar",
        "l3, l1",
        "sede, seed",
    })
    void findsWhatWasMeant(String given, String meant) {
        assertThat(Suggestion.nearest(given, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"wibble", "x", "''", "xy"})
    void findsNothingWhereNothingIsNear(String given) {
        assertThat(Suggestion.nearest(given, KNOWN)).isEmpty();
    }
}

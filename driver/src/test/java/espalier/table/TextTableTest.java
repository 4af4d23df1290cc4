package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final QueryResult.Column NAME = new QueryResult.Column("name", false);
    private static final QueryResult.Column VALUE = new QueryResult.Column("value", true);

    @Test
    void alignsTextLeftAndNumbersRight() {
        QueryResult result = new QueryResult(
                List.of(NAME, VALUE),
                List.of(List.of("a", 1.5), List.of("long name", 12345L), Arrays.asList("c", null)));

        assertThat(Printed.by(ResultFormat.wideTable(), result)).isEqualTo("""
                        name       value
                        ---------  -----
                        a            1.5
                        long name  12345
                        c              -
                        (3 rows)
                        """);
    }

    @Test
    void givesNumbersSixSignificantDigits() {
        assertThat(printedNumbers(1.0 / 3, 93.123456789, 125_485_696.0, 0.0, 1e-7, 100.0, -2.5e-3, Double.NaN, 1e20))
                .containsExactly("0.333333", "93.1235", "125486000", "0", "1E-7", "100", "-0.0025", "NaN", "1E+20");
    }

    @Test
    void cutsTheWidestTextToTheWidth() {
        QueryResult result = new QueryResult(
                List.of(NAME, VALUE, NAME), List.of(List.of("x".repeat(50), 1, "short"), List.of("y", 2, "z")));

        String printed = Printed.by(ResultFormat.table(40), result);

        assertThat(printed.lines()).allMatch(line -> line.length() <= 40);
        assertThat(printed).contains("x".repeat(23) + "...").contains("short");
    }

    @Test
    void saysHowManyColumnsDoNotFit() {
        QueryResult result =
                new QueryResult(List.of(VALUE, VALUE, VALUE, VALUE), List.of(List.of(10000, 20000, 30000, 40000)));

        assertThat(Printed.by(ResultFormat.table(20), result)).isEqualTo("""
                        value  value  value
                        -----  -----  -----
                        10000  20000  30000
                        (1 row; 1 of 4 columns do not fit in 20 characters: name the columns you want, or ask for CSV or JSON)
                        """);
    }

    @Test
    void keepsARowOnOneLine() {
        QueryResult result = new QueryResult(
                List.of(NAME, VALUE), List.of(List.of("first: 1\n  second: 2\n", 1), List.of("b\tc", 2)));

        assertThat(Printed.by(ResultFormat.wideTable(), result)).contains("first: 1 second: 2", "b c");
    }

    @Test
    void printsASingleValueAsItIs() {
        QueryResult result = new QueryResult(List.of(NAME), List.of(List.of("name: demo\nrounds: 2\n")));

        assertThat(Printed.by(ResultFormat.table(8), result)).isEqualTo("name: demo\nrounds: 2\n");
    }

    @Test
    void printsListsMapsAndTimes() {
        QueryResult result = new QueryResult(
                List.of(NAME, NAME, NAME),
                List.of(List.of(List.of(1, 0.5), Map.of("train", 1.25), Instant.parse("2026-01-02T03:04:05Z"))));

        assertThat(Printed.by(ResultFormat.wideTable(), result))
                .contains("[1, 0.5]  {train: 1.25}  2026-01-02T03:04:05Z");
    }

    @Test
    void printsTheHeaderOfAnEmptyResult() {
        assertThat(Printed.by(ResultFormat.table(80), new QueryResult(List.of(NAME), List.of())))
                .isEqualTo("name\n----\n(0 rows)\n");
    }

    @Test
    void refusesAWidthOfNothing() {
        assertThatThrownBy(() -> ResultFormat.table(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("width is 0: it must be at least 1 character");
    }

    private static List<String> printedNumbers(Double... numbers) {
        List<List<Object>> rows =
                Arrays.stream(numbers).map(number -> List.<Object>of(number)).toList();
        return Printed.by(ResultFormat.wideTable(), new QueryResult(List.of(VALUE), List.copyOf(rows)))
                .lines()
                .map(String::strip)
                .skip(2)
                .limit(numbers.length)
                .toList();
    }
}

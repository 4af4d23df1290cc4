package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvFormatTest {

    @Test
    void quotesOnlyWhatNeedsIt() {
        QueryResult result = new QueryResult(
                List.of(new QueryResult.Column("a,b", false), new QueryResult.Column("n", true)),
                List.of(
                        List.of("plain", 0.1),
                        List.of("say \"hi\", twice", 2L),
                        List.of("two\nlines", -3),
                        Arrays.asList("", null)));

        assertThat(Printed.by(ResultFormat.csv(), result)).isEqualTo("""
                        "a,b",n
                        plain,0.1
                        "say ""hi"", twice",2
                        "two
                        lines",-3
                        "",
                        """);
    }

    @Test
    void writesListsAndMapsAsJsonAndTimesAsIso() {
        QueryResult.Column column = new QueryResult.Column("c", false);
        QueryResult result = new QueryResult(
                List.of(column, column, column),
                List.of(List.of(List.of(1, 2), Map.of("x", 0.5), Instant.parse("2026-01-02T03:04:05.5Z"))));

        assertThat(Printed.by(ResultFormat.csv(), result))
                .isEqualTo("c,c,c\n\"[1,2]\",\"{\"\"x\"\":0.5}\",2026-01-02T03:04:05.500Z\n");
    }
}

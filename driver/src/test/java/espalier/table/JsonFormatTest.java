package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonFormatTest {
    private static final QueryResult.Column A = new QueryResult.Column("a", true);
    private static final QueryResult.Column B = new QueryResult.Column("b", false);

    @Test
    void printsOneObjectInALine() {
        QueryResult result = new QueryResult(
                List.of(A, B), List.of(List.of(1, "one \"quoted\""), Arrays.asList(2.5, null), List.of(3L, true)));

        assertThat(Printed.by(ResultFormat.json(), result)).isEqualTo("""
                        [
                        {"a":1,"b":"one \\"quoted\\""},
                        {"a":2.5,"b":null},
                        {"a":3,"b":true}
                        ]
                        """);
    }

    @Test
    void printsNestedValuesAndTimes() throws JsonProcessingException {
        QueryResult result = new QueryResult(
                List.of(A, B),
                List.of(List.of(Map.of("train", List.of(1.5, 2)), Instant.parse("2026-01-02T03:04:05Z"))));

        JsonNode parsed = new ObjectMapper().readTree(Printed.by(ResultFormat.json(), result));

        assertThat(parsed.get(0).get("a").get("train").get(0).isNumber()).isTrue();
        assertThat(parsed.get(0).get("b").textValue()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void keepsBothOfTwoColumnsWithOneName() {
        assertThat(Printed.by(ResultFormat.json(), new QueryResult(List.of(A, A, A), List.of(List.of(1, 2, 3)))))
                .contains("{\"a\":1,\"a_2\":2,\"a_3\":3}");
    }

    @Test
    void writesWhatIsNoJsonNumberAsText() {
        assertThat(Printed.by(
                        ResultFormat.json(),
                        new QueryResult(List.of(A, B), List.of(List.of(Double.NaN, new BigDecimal("1.10"))))))
                .contains("{\"a\":\"NaN\",\"b\":1.10}");
    }

    @Test
    void anEmptyResultIsAnEmptyArray() {
        assertThat(Printed.by(ResultFormat.json(), new QueryResult(List.of(A), List.of())))
                .isEqualTo("[]\n");
    }
}

package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowMapperTest {
    enum Colour {
        RED,
        GREEN
    }

    record Part(double heightOfPart, @Nullable String note) {}

    record Thing(
            String firstName,
            int count,
            long total2Bytes,
            boolean done,
            Colour colour,
            Instant at,
            List<Integer> widths,
            Map<String, Double> seconds,
            Part part,
            @Nullable Double drop) {}

    record Unmappable(Optional<String> name) {}

    private static final Thing THING = new Thing(
            "a",
            1,
            2L,
            true,
            Colour.GREEN,
            Instant.parse("2026-01-02T03:04:05.123456Z"),
            List.of(3, 4),
            Map.of("x", 0.5),
            new Part(6.5, null),
            null);

    @Test
    void namesColumnsInSnakeCaseAndLaysPartsOutFlat() {
        StructType schema = RowMapper.of(Thing.class).schema();

        assertThat(schema.fieldNames())
                .containsExactly(
                        "first_name",
                        "count",
                        "total2_bytes",
                        "done",
                        "colour",
                        "at",
                        "widths",
                        "seconds",
                        "height_of_part",
                        "note",
                        "drop");
        assertThat(Arrays.stream(schema.fields()).map(field -> field.dataType().simpleString()))
                .containsExactly(
                        "string",
                        "int",
                        "bigint",
                        "boolean",
                        "string",
                        "timestamp",
                        "array<int>",
                        "map<string,double>",
                        "double",
                        "string",
                        "double");
    }

    @Test
    void allowsNullOnlyWhereTheComponentIsMarkedNullable() {
        StructType schema = RowMapper.of(Thing.class).schema();

        assertThat(Arrays.stream(schema.fields()).filter(StructField::nullable).map(StructField::name))
                .containsExactly("note", "drop");
    }

    @Test
    void readsBackWhatItWrote() {
        RowMapper<Thing> mapper = RowMapper.of(Thing.class);

        assertThat(mapper.fromRow(throughSpark(mapper.toRow(THING), mapper.schema())))
                .isEqualTo(THING);
    }

    @SuppressWarnings("NullAway") // the test is about a null that should not be there
    @Test
    void refusesNullWhereAColumnMustHaveAValue() {
        Thing broken = new Thing(null, 1, 2L, true, Colour.RED, Instant.EPOCH, List.of(), Map.of(), THING.part(), null);

        assertThatThrownBy(() -> RowMapper.of(Thing.class).toRow(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Thing.firstName is null: only a component marked @Nullable may be");
    }

    @Test
    void refusesATypeThatNoColumnHolds() {
        assertThatThrownBy(() -> RowMapper.of(Unmappable.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unmappable.name has type java.util.Optional<java.lang.String>");
    }

    @Test
    void readsAnAbsentNullableColumnAsNullAndRefusesAnAbsentNeededOne() {
        RowMapper<Part> mapper = RowMapper.of(Part.class);
        StructType heightOnly = new StructType().add("height_of_part", "double");
        StructType noteOnly = new StructType().add("note", "string");

        assertThat(mapper.fromRow(throughSpark(RowFactory.create(1.5), heightOnly)))
                .isEqualTo(new Part(1.5, null));
        assertThatThrownBy(() -> mapper.fromRow(throughSpark(RowFactory.create("n"), noteOnly)))
                .hasMessageContaining("column height_of_part of Part.heightOfPart is absent");
    }

    static List<ResultRow> oneOfEach() {
        return ExampleRows.oneOfEach("demo");
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void mapsEveryResultRow(ResultRow row) {
        ResultTable table = ResultTable.of(row.getClass());

        Row read = throughSpark(table.toRow(row), table.schema());

        assertThat(RowMapper.of(row.getClass().asSubclass(Record.class)).fromRow(read))
                .isEqualTo(row);
    }

    /** To Spark's own representation and back, as if the row had been stored. */
    private static Row throughSpark(Row row, StructType schema) {
        Object stored = CatalystTypeConverters.createToCatalystConverter(schema).apply(row);
        return (Row) CatalystTypeConverters.createToScalaConverter(schema).apply(stored);
    }
}

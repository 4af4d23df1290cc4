package espalier.table;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The result tables of a study, each with its row class and its key: two rows with the same key are the same row.
 *
 * <p>What has gathered is written table by table in this order: a trial that is in the table has its rungs there.
 */
public enum ResultTable {
    /** What was searched: one row for each study. */
    STUDIES(StudyRow.class, "study"),
    /** The spaces that the rounds sampled from. */
    SPACES(SpaceRow.class, "study", "round"),
    /** One row for each rung of each trial. */
    RUNGS(RungRow.class, "study", "trial_id", "rung"),
    /** One row for each trial. */
    TRIALS(TrialRow.class, "study", "trial_id"),
    /** How well the rungs of each round predicted each other. */
    CORRELATIONS(CorrelationRow.class, "study", "round", "rung"),
    /** What was narrowed after each round, and why. */
    REFINEMENTS(RefinementRow.class, "study", "round", "quantity", "statistic"),
    /** Populations compared. */
    COMPARISONS(ComparisonRow.class, "study", "round", "left", "right"),
    /** The final: winners and their controls. */
    WINNERS(WinnerRow.class, "study", "candidate");

    @SuppressWarnings("ImmutableEnumChecker") // so are these two, in fact
    private final Columns<?> columns;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> key;

    <R extends Record & ResultRow> ResultTable(Class<R> rowType, String... key) {
        this.columns = new Columns<>(rowType);
        this.key = List.of(key);
    }

    /** The table that holds rows of this class. */
    public static ResultTable of(Class<? extends ResultRow> rowType) {
        return Arrays.stream(values())
                .filter(table -> table.columns.rowType == rowType)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        rowType.getSimpleName() + " is no row class: use one of those that ResultRow permits"));
    }

    /** The name of the table's folder and of its view: the constant's name in lower case. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of the key columns. */
    public List<String> key() {
        return key;
    }

    /** The table's columns. */
    public StructType schema() {
        return columns.mapper.schema();
    }

    /** The values of a row's key columns. */
    public List<Object> keyOf(ResultRow row) {
        return columns.values(row, key);
    }

    Row toRow(ResultRow row) {
        return columns.toRow(row);
    }

    /** A row class with its mapper. */
    private static final class Columns<R extends Record & ResultRow> {
        private final Class<R> rowType;
        private final RowMapper<R> mapper;

        Columns(Class<R> rowType) {
            this.rowType = rowType;
            this.mapper = RowMapper.of(rowType);
        }

        Row toRow(ResultRow row) {
            return mapper.toRow(rowType.cast(row));
        }

        List<Object> values(ResultRow row, List<String> names) {
            return mapper.values(rowType.cast(row), names);
        }
    }
}

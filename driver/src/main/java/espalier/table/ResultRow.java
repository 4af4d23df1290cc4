package espalier.table;

/**
 * One row of a result table: an immutable record whose components are the table's columns, named in lower_snake_case. A
 * component that is itself a record lays its own components out as columns of the same table.
 */
public sealed interface ResultRow
        permits StudyRow, SpaceRow, TrialRow, RungRow, CorrelationRow, RefinementRow, ComparisonRow, WinnerRow {

    /** The name of the study that the row belongs to. */
    String study();
}

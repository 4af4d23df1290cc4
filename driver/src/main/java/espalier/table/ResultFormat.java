package espalier.table;

import java.io.PrintStream;

/** A way to print the result of a query. */
public sealed interface ResultFormat permits TextTable, CsvFormat, JsonFormat {

    /** Aligned columns for a terminal that is so many characters wide; what does not fit is cut. */
    static ResultFormat table(int width) {
        return new TextTable(width);
    }

    /** Aligned columns, however wide. */
    static ResultFormat wideTable() {
        return new TextTable(Integer.MAX_VALUE);
    }

    /** Comma-separated values with a header line, quoted as RFC 4180 says; null is an empty field. */
    static ResultFormat csv() {
        return new CsvFormat();
    }

    /** One array of objects; numbers are numbers, times are ISO 8601 in UTC. */
    static ResultFormat json() {
        return new JsonFormat();
    }

    /** Prints a result, ending with a line break. */
    void print(QueryResult result, PrintStream out);
}

package espalier.table;

/**
 * A file of rows, as a table's log names it.
 *
 * @param name inside of the table's folder
 * @param bytes its length
 */
record DataFile(String name, long bytes) {}

/**
 * A study's folder, its lock, its result tables in Delta Lake, and the SQL views over them. The driver is the only writer of
 * its study: whoever holds the lock appends rows through one writer thread; anybody may read.
 */
package espalier.table;

/** Benchmarks with a main method each; the class comment gives the command that runs it. */
@NullMarked
package espalier.benchmark;

import org.jspecify.annotations.NullMarked;

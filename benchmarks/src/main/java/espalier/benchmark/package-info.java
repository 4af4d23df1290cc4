/**
 * Programs that measure speed, and what published weights are worth here. Each prints its figures; one is run by
 *
 * <pre>benchmarks/run.sh training</pre>
 */
@NullMarked
package espalier.benchmark;

import org.jspecify.annotations.NullMarked;

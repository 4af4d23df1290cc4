/**
 * Programs that measure speed, and what published weights are worth here. Each prints its figures; one is run by
 *
 * <pre>mvn -q -pl benchmarks -am process-classes -Dbenchmark=TrainingThroughput</pre>
 */
@NullMarked
package espalier.benchmark;

import org.jspecify.annotations.NullMarked;

/**
 * Programs that measure speed. Each prints its figures; one is run by
 *
 * <pre>mvn -q -pl benchmarks -am process-classes -Dbenchmark=TrainingThroughput</pre>
 */
@NullMarked
package espalier.benchmark;

import org.jspecify.annotations.NullMarked;

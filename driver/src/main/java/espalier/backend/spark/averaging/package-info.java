/**
 * One network trained by all executors together, where {@link espalier.backend.spark} trains many networks side by side: each executor takes some batches,
 * and then Deeplearning4j Spark averages the weights.
 */
package espalier.backend.spark.averaging;

/** Trials as Spark tasks: one task for each trial, submitted without waiting. */
package espalier.backend.spark;

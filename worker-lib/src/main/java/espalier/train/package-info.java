/** Training, batch-norm recalibration and evaluation of one network in one thread. */
package espalier.train;

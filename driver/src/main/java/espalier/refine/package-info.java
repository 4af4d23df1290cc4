/**
 * Statistics of populations of subnetworks: how good a space is, whether one space is better than another, and where in a
 * space the best subnetworks live. A drop is the accuracy that a pruned and retrained subnetwork lost, in percentage
 * points, so lower is better.
 */
package espalier.refine;

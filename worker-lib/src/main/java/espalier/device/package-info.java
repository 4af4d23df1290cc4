/** The processor that a trial runs on: the CPU, or a GPU that the cluster hands out. */
package espalier.device;

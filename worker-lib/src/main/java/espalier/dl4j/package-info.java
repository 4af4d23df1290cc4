/** Deeplearning4j: its graphs read as networks, the built-in networks, and the native run time. */
package espalier.dl4j;

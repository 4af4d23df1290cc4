/** How long networks take to answer. */
package espalier.latency;

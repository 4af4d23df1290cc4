/** How much a channel matters: one score for each channel of a group. */
package espalier.importance;

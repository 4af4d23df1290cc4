/** Pruning as physical removal: a recipe and a trained network make a narrow network. */
package espalier.prune;

/** Multiply-adds, parameters and activations of a network of given widths, by arithmetic alone. */
package espalier.cost;

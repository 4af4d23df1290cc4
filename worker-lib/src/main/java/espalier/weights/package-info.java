/** Where a subnetwork's weights come from. */
package espalier.weights;

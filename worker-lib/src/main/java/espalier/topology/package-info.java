/** Regular graphs and how short their paths are: what a network's layers can be thinned out to. */
package espalier.topology;

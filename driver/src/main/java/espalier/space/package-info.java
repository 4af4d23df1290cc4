/**
 * Pruning spaces over channel recipes: which subnetworks belong to a regime and its bands, and samplers that draw them
 * (network pruning spaces, arXiv 2304.09453; a reconstruction).
 */
package espalier.space;

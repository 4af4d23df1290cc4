/** Where trials run: given a trial, a promise of its result. */
package espalier.backend;

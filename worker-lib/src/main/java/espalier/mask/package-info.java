/** Networks some of whose weights are zero and stay so: which ones, what that costs, and how they are kept. */
package espalier.mask;

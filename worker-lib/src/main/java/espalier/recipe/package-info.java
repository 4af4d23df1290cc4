/** What to remove from a network, as values that travel well and compare by what they really yield. */
package espalier.recipe;

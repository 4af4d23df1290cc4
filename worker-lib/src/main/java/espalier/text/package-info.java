/** What errors say. */
package espalier.text;

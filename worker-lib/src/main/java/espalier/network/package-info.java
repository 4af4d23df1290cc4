/** A network as data: its layers, its shapes, and which channels must be removed together. */
package espalier.network;

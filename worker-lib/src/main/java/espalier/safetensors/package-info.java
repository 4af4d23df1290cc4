/** The safetensors format: named arrays of numbers in one file. */
package espalier.safetensors;

/** Which trials are worth longer training: the same decisions in whatever order results arrive. */
package espalier.rung;

/** Keras files of networks, read as Deeplearning4j graphs in the form that the rest prunes and trains. */
package espalier.keras;

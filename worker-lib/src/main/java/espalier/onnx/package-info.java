/** Networks from and to ONNX files, of standard Deeplearning4j layers alone. */
package espalier.onnx;

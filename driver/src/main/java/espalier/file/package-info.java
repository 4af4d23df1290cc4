/** Files on any file system that Hadoop knows, read and written as a whole. */
package espalier.file;

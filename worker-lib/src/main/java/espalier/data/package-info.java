/**
 * Image sets as bytes: reading, writing, downloading, generating, splitting, augmenting and batching them. Depends on the
 * JDK alone; tensors begin where a batch leaves this package.
 */
package espalier.data;

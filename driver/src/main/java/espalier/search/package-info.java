/** A study: from its configuration to trials, from trials to refined spaces and a winner. */
package espalier.search;

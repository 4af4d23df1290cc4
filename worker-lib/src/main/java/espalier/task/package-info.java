/** A trial as it travels to an executor, what runs it there, and what comes back. */
package espalier.task;

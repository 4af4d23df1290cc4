package espalier.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a command end in order when its process is told to end, by Ctrl-C or by a cluster's manager: the command is told to stop, and the process lives
 * until it has.
 */
final class StopHook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StopHook.class);

    /** Before Spark ends its context, and Hadoop its file systems, in hooks of their own. */
    private static final int PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 50;

    private static final long SECONDS = 45;

    /** That the program has nothing left to do. */
    private static final CountDownLatch DONE = new CountDownLatch(1);

    private final Runnable stop;
    private final Runnable hook = this::run;

    private StopHook(Runnable stop) {
        this.stop = stop;
    }

    /**
     * Watches until it is closed.
     *
     * @param stop makes the command end soon; called from another thread
     */
    static StopHook of(Runnable stop) {
        StopHook watcher = new StopHook(stop);
        ShutdownHookManager.get().addShutdownHook(watcher.hook, PRIORITY, SECONDS + 5, TimeUnit.SECONDS);
        return watcher;
    }

    /** To be called when the program has nothing left to do but to end. */
    static void done() {
        DONE.countDown();
    }

    private void run() {
        try {
            stop.run();
        } finally {
            awaitDone();
        }
    }

    private static void awaitDone() {
        try {
            if (!DONE.await(SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the command did not stop within {} s; the process ends", SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the watch, unless the process is ending already. */
    @Override
    public void close() {
        try {
            ShutdownHookManager.get().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending", e);
        }
    }
}

package espalier.cli;

import espalier.search.Progress;
import java.io.PrintStream;
import java.util.OptionalDouble;

/**
 * Progress for a person: a bar that is drawn again in place on a terminal, a plain line now and then elsewhere.
 */
final class ConsoleProgress implements Progress {
    private static final int BAR = 24;
    private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;

    private final PrintStream out;
    private final boolean terminal = Terminal.isInteractive();
    private String what = "";
    private int tasks;
    private int done;
    private int doneBefore;
    private long startedAt;
    private long printedAt;
    private double best = Double.NaN;

    ConsoleProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void say(String line) {
        out.println(line);
    }

    @Override
    public void start(String name, int count, int alreadyDone) {
        what = name;
        tasks = count;
        done = alreadyDone;
        doneBefore = alreadyDone;
        best = Double.NaN;
        startedAt = System.nanoTime();
        printedAt = startedAt;
        if (alreadyDone > 0) {
            out.println(name + ": " + alreadyDone + " of " + count + " tasks were done before");
        }
        if (terminal) {
            draw();
        }
    }

    @Override
    public void expect(int more) {
        tasks += more;
    }

    @Override
    public void advance(OptionalDouble drop) {
        done++;
        if (drop.isPresent() && !(best <= drop.getAsDouble())) {
            best = drop.getAsDouble();
        }
        boolean due = System.nanoTime() - printedAt > PLAIN_INTERVAL_NANOS;
        if (terminal) {
            draw();
        } else if (due || done == tasks) {
            printedAt = System.nanoTime();
            out.println(status());
        }
    }

    @Override
    public void end() {
        if (terminal) {
            out.println();
        }
    }

    private void draw() {
        int filled = tasks == 0 ? BAR : BAR * done / tasks;
        out.print("\r[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + status() + "\u001b[K");
        out.flush();
    }

    private String status() {
        double minutes = (System.nanoTime() - startedAt) / 6e10;
        int own = done - doneBefore;
        String line = what + ": " + done + "/" + tasks + " tasks";
        if (own > 0) {
            double perMinute = own / minutes;
            long secondsLeft = Math.round(60 * (tasks - done) / perMinute);
            line += ", %.1f/min, %d:%02d left".formatted(perMinute, secondsLeft / 60, secondsLeft % 60);
        }
        return Double.isNaN(best) ? line : line + ", best drop %.2f points".formatted(best);
    }
}

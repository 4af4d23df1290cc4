package espalier.search;

import java.util.OptionalDouble;

/** What a person watches while a study runs. */
public interface Progress {
    Progress SILENT = new Progress() {
        @Override
        public void say(String line) {}

        @Override
        public void start(String what, int trials, int done) {}

        @Override
        public void advance(OptionalDouble drop) {}

        @Override
        public void end() {}
    };

    /** One line that stays. */
    void say(String line);

    /**
     * A batch of trials begins.
     *
     * @param trials in the batch
     * @param done of these by an earlier run
     */
    void start(String what, int trials, int done);

    /**
     * One more trial is done.
     *
     * @param drop in percentage points, where it completed and has one
     */
    void advance(OptionalDouble drop);

    /** The batch is complete. */
    void end();
}

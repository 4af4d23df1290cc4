package espalier.search;

import java.util.OptionalDouble;

/** What a person watches while a study runs. */
public interface Progress {
    Progress SILENT = new Progress() {
        @Override
        public void say(String line) {}

        @Override
        public void start(String what, int tasks, int done) {}

        @Override
        public void expect(int more) {}

        @Override
        public void advance(OptionalDouble drop) {}

        @Override
        public void end() {}
    };

    /** One line that stays. */
    void say(String line);

    /**
     * A batch of tasks begins, each a trial, or one rung of one.
     *
     * @param tasks in the batch
     * @param done of these by an earlier run
     */
    void start(String what, int tasks, int done);

    /** The batch has grown. */
    void expect(int more);

    /**
     * One more task is done.
     *
     * @param drop of its trial in percentage points, where that came to its end and has one
     */
    void advance(OptionalDouble drop);

    /** The batch is complete. */
    void end();
}

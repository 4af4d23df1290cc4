package espalier.rung;

import java.util.List;

/** Says which trials go on from a rung to the next one. */
public interface StopRule {

    /**
     * A judge of one rung.
     *
     * @param rung from 0; never the last one
     */
    Judge judge(int rung);

    /** Watches trials finish one rung. */
    interface Judge {
        /**
         * One more has finished.
         *
         * @param accuracy percent; NaN if it failed
         * @return trials that go on now and did not before, rising: 0 is the first that finished
         */
        List<Integer> finished(double accuracy);
    }
}

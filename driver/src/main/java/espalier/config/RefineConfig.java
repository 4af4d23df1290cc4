package espalier.config;

/** When and how the space is narrowed between two rounds. */
public record RefineConfig(
        @Key(
                doc =
                        "when to narrow the space: shown, only where trials show a better part of it; always, to the best part so far",
                defaultsTo = "shown")
        When when,

        @Key(
                doc = "confidence of the intervals that decide, and of the refined band",
                allowed = "(0.5, 1)",
                defaultsTo = "0.95")
        double confidence,

        @Key(
                doc = "bootstrap draws of the range of the best trials, and of comparisons",
                allowed = "[100, 1000000]",
                defaultsTo = "10000")
        int draws) {

    private static final Section KEYS = Section.of(RefineConfig.class);

    /** When to narrow the space. */
    public enum When {
        SHOWN,
        ALWAYS
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public RefineConfig {
        KEYS.check(when, confidence, draws);
    }
}

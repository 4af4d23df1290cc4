package espalier.cli;

/** What standard output is connected to. */
final class Terminal {
    private static final int DEFAULT_WIDTH = 160;

    private Terminal() {}

    /** Whether a person's terminal shows what is printed; {@code submit.sh} says so, as Java alone cannot know. */
    static boolean isInteractive() {
        return "true".equals(System.getenv("ESPALIER_TERMINAL"));
    }

    /** Characters in a line of it. */
    static int width() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    }
}

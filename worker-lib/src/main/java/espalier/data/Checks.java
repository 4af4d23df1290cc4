package espalier.data;

/** The argument checks of this package: each message gives name, value and limits. */
final class Checks {
    private Checks() {}

    static int range(String name, int value, int minimum, int maximum) {
        if (value < minimum || value > maximum) {
            String limits = maximum == Integer.MAX_VALUE ? "at least " + minimum : "from " + minimum + " to " + maximum;
            throw new IllegalArgumentException("%s is %d, but must be %s: change it".formatted(name, value, limits));
        }
        return value;
    }

    static double range(String name, double value, double minimum, double maximum) {
        if (!(value >= minimum && value <= maximum)) {
            throw new IllegalArgumentException(
                    "%s is %s, but must be from %s to %s: change it".formatted(name, value, minimum, maximum));
        }
        return value;
    }
}

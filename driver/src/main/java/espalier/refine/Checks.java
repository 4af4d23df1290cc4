package espalier.refine;

/** Checks of arguments that several statistics share. */
final class Checks {
    private Checks() {}

    /** A copy of {@code values}, which must be finite and at least one. */
    static double[] finite(String name, double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(name + " is empty, must hold at least 1 value: add finished trials");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] is " + values[i] + ", must be finite: leave out trials without a result");
            }
        }
        return values.clone();
    }

    static void sameLength(String name, double[] values, String otherName, double[] otherValues) {
        if (values.length != otherValues.length) {
            throw new IllegalArgumentException(name + " has length " + values.length + ", must equal the length "
                    + otherValues.length + " of " + otherName + ": give one value of each for every trial");
        }
    }

    static void atLeast(String name, int value, int minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + minimum + ": raise it");
        }
    }

    static void atMost(String name, int value, int maximum) {
        if (value > maximum) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", must be at most the population size " + maximum + ": lower it");
        }
    }

    /** Checks {@code 0 < value < 1}. */
    static void insideUnitInterval(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", must be above 0 and below 1: give a fraction such as 0.95, not 95");
        }
    }
}

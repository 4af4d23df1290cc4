package espalier.table;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Checks of row components; each returns the value that the row keeps. */
final class Checks {
    private Checks() {}

    static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null: this column must have a value");
        }
        return value;
    }

    static String text(String name, @Nullable String value) {
        String text = present(name, value);
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + " is blank: this column must have a value");
        }
        return text;
    }

    static long atLeast(String name, long value, long low) {
        if (value < low) {
            throw new IllegalArgumentException(name + " is " + value + ": it must be at least " + low);
        }
        return value;
    }

    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " is " + value + ": it must be a finite number");
        }
        return value;
    }

    /** An accuracy in percent, or nothing where it was not measured. */
    static @Nullable Double percent(String name, @Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 100)) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": an accuracy is in percent, 0 to 100, or null where it was not measured");
        }
        return value;
    }

    /** Tables hold microseconds; rounding here makes a row equal to what is read back. */
    static Instant microseconds(String name, @Nullable Instant value) {
        return present(name, value).truncatedTo(ChronoUnit.MICROS);
    }
}

package espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What came of faults that were injected into studies. All test classes share one; it is printed when the last of them has
 * ended.
 */
final class FaultLedger implements BeforeAllCallback {
    /** The one that all classes extend themselves with. */
    static final FaultLedger SHARED = new FaultLedger();

    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String fault, int injected, int lost, int doubled, double seconds) {}

    private FaultLedger() {}

    /** What stands in the root's store is closed after all classes. */
    @Override
    public void beforeAll(ExtensionContext context) {
        AutoCloseable atTheEnd = () -> System.out.println(report());
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(FaultLedger.class))
                .getOrComputeIfAbsent("ledger", key -> atTheEnd);
    }

    /**
     * Adds a fault.
     *
     * @param injected how often
     * @param lost trials that an undisturbed study has and this one has not
     * @param doubled rows that stand twice
     * @param seconds from the fault to the next row in the table of trials, the longest of all times; not a number where nothing has to
     *     recover
     */
    synchronized void add(String fault, int injected, int lost, int doubled, double seconds) {
        entries.add(new Entry(fault, injected, lost, doubled, seconds));
    }

    /** A table of all faults, and a line of sums. */
    private synchronized String report() {
        StringBuilder report = new StringBuilder("%-58s %8s %11s %12s %11s%n"
                .formatted("fault", "injected", "trials lost", "rows doubled", "s to recover"));
        for (Entry entry : entries) {
            report.append(String.format(
                    Locale.ROOT,
                    "%-58s %8d %11d %12d %11s%n",
                    entry.fault,
                    entry.injected,
                    entry.lost,
                    entry.doubled,
                    Double.isNaN(entry.seconds) ? "-" : String.format(Locale.ROOT, "%.1f", entry.seconds)));
        }
        return report
                + "faults: %d injected, %d trials lost, %d rows doubled"
                        .formatted(
                                entries.stream().mapToInt(Entry::injected).sum(),
                                entries.stream().mapToInt(Entry::lost).sum(),
                                entries.stream().mapToInt(Entry::doubled).sum());
    }
}

package espalier.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Measured latencies of a network's convolution and dense layers at a grid of widths, for predicting what a subnetwork takes:
 * the sum over its layers, each interpolated linearly in both widths. What is between the layers, and what a runtime
 * fuses, is not in it.
 *
 * <p>As text it is lines of {@code layer,inputs,outputs,milliseconds}; empty lines, and those that begin with {@code #} or
 * with {@code layer,}, say nothing. Inputs are the channels that one output looks at: 1 for a depthwise convolution.
 */
public final class LatencyTable {
    /** Predicts nothing. */
    public static final LatencyTable NONE = new LatencyTable(Map.of());

    private static final int COLUMNS = 4;

    private final Map<String, Grid> layers;

    private LatencyTable(Map<String, Grid> layers) {
        this.layers = layers;
    }

    /**
     * Reads a table.
     *
     * @param name what the text is, for messages
     * @throws IllegalArgumentException if a line is not what it should be, or a layer's grid has a gap
     */
    public static LatencyTable parse(String text, String name) {
        Map<String, SortedMap<Integer, SortedMap<Integer, Double>>> rows = new LinkedHashMap<>();
        List<String> lines = text.lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            String row = lines.get(line).strip();
            if (!row.isEmpty() && !row.startsWith("#") && !row.startsWith("layer,")) {
                read(row, "'" + name + "' line " + (line + 1), rows);
            }
        }
        Map<String, Grid> layers = new LinkedHashMap<>();
        rows.forEach((layer, grid) -> layers.put(layer, Grid.of(grid, "'" + name + "' layer '" + layer + "'")));
        return new LatencyTable(layers);
    }

    private static void read(
            String row, String where, Map<String, SortedMap<Integer, SortedMap<Integer, Double>>> rows) {
        String[] cells = row.split(",", -1);
        if (cells.length != COLUMNS || !cells[1].matches("[1-9]\\d{0,8}") || !cells[2].matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(
                    where + " is '" + row + "'; give layer,inputs,outputs,milliseconds with two whole numbers above 0");
        }
        double milliseconds = number(cells[3]);
        if (!(milliseconds > 0) || Double.isInfinite(milliseconds)) {
            throw new IllegalArgumentException(
                    where + " has " + cells[3] + " milliseconds; it must be a number above 0");
        }
        rows.computeIfAbsent(cells[0], key -> new TreeMap<>())
                .computeIfAbsent(Integer.valueOf(cells[1]), key -> new TreeMap<>())
                .put(Integer.valueOf(cells[2]), milliseconds);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Whether it holds no layer. */
    public boolean isEmpty() {
        return layers.isEmpty();
    }

    /** The grid of a layer; null where there is none. */
    @Nullable
    Grid grid(String layer) {
        return layers.get(layer);
    }

    /** The table as text, without its comments. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("layer,inputs,outputs,milliseconds\n");
        layers.forEach((layer, grid) -> grid.appendTo(text, layer));
        return text.toString();
    }

    /** Latencies in milliseconds at all pairs of some input and output widths, ascending. */
    @SuppressWarnings("ArrayRecordComponent") // never shared, read in the innermost loop
    record Grid(int[] inputs, int[] outputs, double[][] milliseconds) {

        static Grid of(SortedMap<Integer, SortedMap<Integer, Double>> rows, String where) {
            List<Integer> inputs = new ArrayList<>(rows.keySet());
            SortedSet<Integer> outputs = new TreeSet<>();
            rows.values().forEach(row -> outputs.addAll(row.keySet()));
            double[][] milliseconds = new double[inputs.size()][];
            for (int i = 0; i < milliseconds.length; i++) {
                SortedMap<Integer, Double> row = rows.get(inputs.get(i));
                if (row == null || row.size() != outputs.size()) {
                    throw new IllegalArgumentException(
                            where + " has gaps at " + inputs.get(i) + " inputs; give a latency for every pair of "
                                    + inputs + " inputs and " + outputs + " outputs");
                }
                milliseconds[i] =
                        row.values().stream().mapToDouble(Double::doubleValue).toArray();
            }
            return new Grid(toArray(inputs), toArray(outputs), milliseconds);
        }

        private static int[] toArray(Iterable<Integer> values) {
            List<Integer> list = new ArrayList<>();
            values.forEach(list::add);
            return list.stream().mapToInt(Integer::intValue).toArray();
        }

        /** Between the grid's widths by two-way linear interpolation; outside of them, that of the nearest. */
        double at(long in, long out) {
            int row = below(inputs, in);
            int column = below(outputs, out);
            double down = share(inputs, row, in);
            double right = share(outputs, column, out);
            int nextRow = Math.min(row + 1, inputs.length - 1);
            int nextColumn = Math.min(column + 1, outputs.length - 1);
            double upper = mix(milliseconds[row][column], milliseconds[row][nextColumn], right);
            double lower = mix(milliseconds[nextRow][column], milliseconds[nextRow][nextColumn], right);
            return mix(upper, lower, down);
        }

        void appendTo(StringBuilder text, String layer) {
            for (int row = 0; row < inputs.length; row++) {
                for (int column = 0; column < outputs.length; column++) {
                    text.append(
                            "%s,%d,%d,%s\n".formatted(layer, inputs[row], outputs[column], milliseconds[row][column]));
                }
            }
        }

        private static int below(int[] widths, long width) {
            int found = Arrays.binarySearch(widths, (int) width);
            return Math.max(0, found >= 0 ? found : -found - 2);
        }

        private static double share(int[] widths, int index, long width) {
            if (index + 1 >= widths.length) {
                return 0;
            }
            double share = (double) (width - widths[index]) / (widths[index + 1] - widths[index]);
            return Math.max(0, Math.min(1, share));
        }

        private static double mix(double from, double to, double share) {
            return from + share * (to - from);
        }
    }
}

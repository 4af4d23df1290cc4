package espalier.benchmark;

import espalier.benchmark.ContestantProcess.Kind;
import espalier.benchmark.ContestantProcess.Rate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Images per second of one thread in training (batches of 64) and in inference: Deeplearning4j as it comes, Espalier, and libtorch, each in a process of
 * its own and in turn. Takes some minutes.
 *
 * <p>Prints the medians over the rounds by two clocks: the one on the wall, and the processor time of the thread, which other load on the machine
 * disturbs less; the ratios are those of processor time.
 */
public final class TrainingThroughput {
    private static final int ROUNDS = 3;
    private static final Map<Kind, Integer> BATCHES =
            Map.of(Kind.DEEPLEARNING4J, 1, Kind.ESPALIER, 16, Kind.LIBTORCH, 6);

    private TrainingThroughput() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        String ratios = "";
        for (BenchmarkNetwork network : List.of(BenchmarkNetwork.MOBILENET_BLOCKS, BenchmarkNetwork.RESNET20)) {
            for (boolean training : new boolean[] {false, true}) {
                Map<Kind, List<Rate>> rates = measure(network, training);
                rates.forEach((kind, rounds) -> System.out.printf(
                        Locale.ROOT,
                        "%s, %s, %s: %.1f images/s of processor time, %.1f on the wall%n",
                        network.label(),
                        training ? "training" : "inference",
                        label(kind),
                        median(rounds, Rate::processor),
                        median(rounds, Rate::wall)));
                ratios = String.format(
                        Locale.ROOT,
                        "ratio to libtorch %.2f, to stock deeplearning4j %.1f",
                        ratio(rates, Kind.LIBTORCH),
                        ratio(rates, Kind.DEEPLEARNING4J));
                System.out.println(network.label() + ", " + (training ? "training" : "inference") + ": " + ratios);
            }
        }
        System.out.println(ratios);
    }

    private static Map<Kind, List<Rate>> measure(BenchmarkNetwork network, boolean training) throws IOException {
        Map<Kind, List<Rate>> rates = new EnumMap<>(Kind.class);
        try (ContestantProcess stock = new ContestantProcess(Kind.DEEPLEARNING4J, network);
                ContestantProcess ours = new ContestantProcess(Kind.ESPALIER, network);
                ContestantProcess libtorch = new ContestantProcess(Kind.LIBTORCH, network)) {
            Map<Kind, ContestantProcess> contestants =
                    new EnumMap<>(Map.of(Kind.DEEPLEARNING4J, stock, Kind.ESPALIER, ours, Kind.LIBTORCH, libtorch));
            contestants.forEach((kind, contestant) -> contestant.measure(training, batches(kind)));
            for (int round = 0; round < ROUNDS; round++) {
                contestants.forEach((kind, contestant) -> rates.computeIfAbsent(kind, key -> new ArrayList<>())
                        .add(contestant.measure(training, batches(kind))));
            }
        }
        return rates;
    }

    private static int batches(Kind kind) {
        return BATCHES.getOrDefault(kind, 1);
    }

    private static double ratio(Map<Kind, List<Rate>> rates, Kind other) {
        return median(rates.getOrDefault(Kind.ESPALIER, List.of()), Rate::processor)
                / median(rates.getOrDefault(other, List.of()), Rate::processor);
    }

    private static double median(List<Rate> rounds, ToDoubleFunction<Rate> clock) {
        return rounds.stream().mapToDouble(clock).sorted().toArray()[rounds.size() / 2];
    }

    private static String label(Kind kind) {
        return switch (kind) {
            case DEEPLEARNING4J -> "stock Deeplearning4j";
            case ESPALIER -> "Espalier";
            case LIBTORCH -> "libtorch";
        };
    }
}

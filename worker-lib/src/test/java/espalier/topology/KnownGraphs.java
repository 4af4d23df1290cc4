package espalier.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/** Graphs of the literature whose distances are known. */
final class KnownGraphs {
    private KnownGraphs() {}

    /** Nodes around a circle, each with a chord from the list, repeated: the LCF notation of cubic graphs. */
    static RegularGraph lcf(int nodes, int... chords) {
        return joined(
                nodes,
                (node, place) -> switch (place) {
                    case 0 -> node + 1;
                    case 1 -> node - 1;
                    default -> node + chords[node % chords.length];
                },
                3);
    }

    static RegularGraph heawood() {
        return lcf(14, 5, -5);
    }

    static RegularGraph desargues() {
        return lcf(20, 5, -5, 9, -9);
    }

    static RegularGraph completeBipartite(int half) {
        return joined(2 * half, (node, place) -> node < half ? half + place : place, half);
    }

    static RegularGraph cube() {
        return joined(8, (node, place) -> node ^ 1 << place, 3);
    }

    /** Pairs of five things, joined where they share nothing. */
    static RegularGraph petersen() {
        List<int[]> pairs = new ArrayList<>();
        for (int first = 0; first < 5; first++) {
            for (int second = first + 1; second < 5; second++) {
                pairs.add(new int[] {first, second});
            }
        }
        return RegularGraph.of(pairs.stream()
                .map(one -> IntStream.range(0, pairs.size())
                        .filter(other -> one[0] != pairs.get(other)[0]
                                && one[0] != pairs.get(other)[1]
                                && one[1] != pairs.get(other)[0]
                                && one[1] != pairs.get(other)[1])
                        .toArray())
                .toList());
    }

    /** Five pentagons and five pentagrams (Robertson's construction). */
    static RegularGraph hoffmanSingleton() {
        List<int[]> neighbours = new ArrayList<>();
        for (int node = 0; node < 50; node++) {
            boolean isPentagon = node < 25;
            int figure = node % 25 / 5;
            int corner = node % 5;
            int step = isPentagon ? 1 : 2;
            int own = node - corner;
            IntStream along = IntStream.of(own + (corner + step) % 5, own + (corner + 5 - step) % 5);
            IntStream across = IntStream.range(0, 5)
                    .map(other -> isPentagon
                            ? 25 + 5 * other + (figure * other + corner) % 5
                            : 5 * other + Math.floorMod(corner - other * figure, 5));
            neighbours.add(IntStream.concat(along, across).toArray());
        }
        return RegularGraph.of(neighbours);
    }

    private static RegularGraph joined(int nodes, IntBinaryOperator neighbour, int degree) {
        return RegularGraph.of(IntStream.range(0, nodes)
                .mapToObj(node -> IntStream.range(0, degree)
                        .map(place -> Math.floorMod(neighbour.applyAsInt(node, place), nodes))
                        .toArray())
                .toList());
    }
}

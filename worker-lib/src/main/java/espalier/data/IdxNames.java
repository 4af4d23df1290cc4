package espalier.data;

import java.util.List;

/** The four usual names of an IDX data set: training and test, images and labels; the number is the rank. */
final class IdxNames {
    static final String TRAIN = "train";
    static final String TEST = "t10k";

    private IdxNames() {}

    static String images(String part, int rank) {
        return part + "-images-idx" + rank + "-ubyte";
    }

    static String labels(String part) {
        return part + "-labels-idx1-ubyte";
    }

    /** The names under which a file may lie, the likeliest first. */
    static List<String> withAndWithoutGz(String name) {
        return name.endsWith(".gz")
                ? List.of(name, name.substring(0, name.length() - ".gz".length()))
                : List.of(name, name + ".gz");
    }
}

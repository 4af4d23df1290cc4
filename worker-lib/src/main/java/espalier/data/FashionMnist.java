package espalier.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothing, 28 x 28 grey, ten classes of equal size (H. Xiao,
 * K. Rasul, R. Vollgraf, arXiv:1708.07747; MIT licence, Zalando SE). About 31 MB compressed.
 */
public final class FashionMnist {
    /** Where its authors publish it. */
    public static final URI OFFICIAL = URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    /** The names of the classes, by label. */
    public static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private record KnownFile(String name, String sha256) {}

    private static final List<KnownFile> FILES = List.of(
            new KnownFile(
                    "train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new KnownFile(
                    "t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            new KnownFile(
                    "t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new KnownFile(
                    "train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"));

    private FashionMnist() {}

    /**
     * Makes sure that the four files are in a folder; fetches those that are missing or wrong.
     *
     * @param base the address of the folder to fetch from: {@link #OFFICIAL}, or a mirror's
     * @return how each file came to be there, by name
     * @throws DataException if a file cannot be fetched or is not the original
     */
    public static Map<String, FileDownload.Outcome> download(URI base, Path folder, FileDownload download) {
        String prefix = base.toString().endsWith("/") ? base.toString() : base + "/";
        Map<String, FileDownload.Outcome> outcomes = new LinkedHashMap<>();
        for (KnownFile file : FILES) {
            Path target = folder.resolve(file.name());
            outcomes.put(file.name(), download.fetch(URI.create(prefix + file.name()), target, file.sha256()));
        }
        return outcomes;
    }

    /** Reads the four files from a folder. */
    public static TrainAndTest read(FileSource source, String folder) {
        return IdxReader.readFolder(source, folder, CLASSES.size());
    }
}

package espalier.cli;

import espalier.data.FashionMnist;
import espalier.data.FileDownload;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code data}: fetches a data set. */
@Command(
        name = "data",
        description = {
            "Downloads a data set's official files, checks their SHA-256, and leaves whole files only.",
            "A download that was cut off goes on where it stopped."
        },
        mixinStandardHelpOptions = true)
final class DataCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String FASHION_MNIST = "fashion-mnist";

    @Parameters(index = "0", paramLabel = "NAME", description = "fashion-mnist")
    private String name = FASHION_MNIST;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "folder of the files; default: ${DEFAULT-VALUE}",
            defaultValue = "data/fashion-mnist")
    private Path folder = Path.of("data", FASHION_MNIST);

    @Option(names = "--from", paramLabel = "URL", description = "another place that holds the same four files")
    private URI mirror = FashionMnist.OFFICIAL;

    @Override
    public Integer call() {
        if (!name.equals(FASHION_MNIST)) {
            throw new IllegalArgumentException("data set '" + name + "' is not known; fashion-mnist is");
        }
        FileDownload download = new FileDownload(TIMEOUT, FileDownload.Progress.NONE);
        FashionMnist.download(mirror, folder, download)
                .forEach((file, outcome) -> System.out.println(
                        folder.resolve(file) + ": " + outcome.name().toLowerCase(Locale.ROOT)));
        return 0;
    }
}

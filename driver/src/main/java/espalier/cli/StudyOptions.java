package espalier.cli;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command that reads a study's configuration takes. */
final class StudyOptions {
    @Parameters(index = "0", paramLabel = "CONFIG", description = "the study's YAML file")
    private @Nullable Path file;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "folder of the studies; default: that of the file, else results/")
    private @Nullable String output;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "another value for a key of the file, such as --set search.rounds=3; may be repeated")
    private final Map<String, String> settings = new LinkedHashMap<>();

    /** The configuration: flags over file over defaults. */
    StudyConfig read() {
        Map<String, String> overrides = new LinkedHashMap<>(settings);
        if (output != null) {
            overrides.put("output", output);
        }
        return StudyConfigReader.read(Objects.requireNonNull(file), overrides);
    }
}

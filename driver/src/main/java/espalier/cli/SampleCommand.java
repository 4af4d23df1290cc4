package espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import espalier.network.ChannelGroup;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.RecipeId;
import espalier.search.RoundPlanner;
import espalier.search.StudyContext;
import espalier.space.RecipeFeatures;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sample}: recipes of a space with their costs; trains nothing. */
@Command(
        name = "sample",
        description = "Draws recipes of a study's space and prints them with their costs.",
        mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {

    /** How recipes are printed. */
    enum Format {
        CSV,
        JSON
    }

    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(
            names = {"-n", "--count"},
            description = "recipes to draw; default: ${DEFAULT-VALUE}",
            defaultValue = "20")
    private int count;

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}",
            defaultValue = "CSV")
    private Format format = Format.CSV;

    @Override
    public Integer call() throws JsonProcessingException {
        if (count < 1) {
            throw new IllegalArgumentException("--count is " + count + "; it must be at least 1");
        }
        StudyContext study = Studies.load(options.read());
        List<ChannelRecipe> recipes = new RoundPlanner(study.config().search())
                .draw(study.space(), count, study.config().seed(), List.of());
        List<String> groups = study.network().graph().prunableGroups().stream()
                .map(ChannelGroup::name)
                .toList();
        PrintStream out = System.out;
        if (format == Format.CSV) {
            out.println("recipe_id,flops,flops_kept,parameters,parameters_kept,mcb,spread," + String.join(",", groups));
            recipes.forEach(recipe -> out.println(csv(study, recipe)));
        } else {
            List<Map<String, Object>> objects =
                    recipes.stream().map(recipe -> json(study, recipe, groups)).toList();
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(objects));
        }
        return 0;
    }

    private static String csv(StudyContext study, ChannelRecipe recipe) {
        RecipeFeatures features = study.space().features(recipe);
        return "%s,%d,%.6f,%d,%.6f,%.6f,%.6f,%s"
                .formatted(
                        RecipeId.of(study.network().fingerprint(), recipe),
                        features.complexity().macs(),
                        features.flopsKept(),
                        features.complexity().parameters(),
                        features.parametersKept(),
                        features.mcb(),
                        features.spread(),
                        recipe.widths().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private static Map<String, Object> json(StudyContext study, ChannelRecipe recipe, List<String> groups) {
        RecipeFeatures features = study.space().features(recipe);
        Map<String, Object> widths = new LinkedHashMap<>();
        for (int group = 0; group < groups.size(); group++) {
            widths.put(groups.get(group), recipe.widths().get(group));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(
                "recipe_id", RecipeId.of(study.network().fingerprint(), recipe).value());
        object.put("flops", features.complexity().macs());
        object.put("flops_kept", features.flopsKept());
        object.put("parameters", features.complexity().parameters());
        object.put("parameters_kept", features.parametersKept());
        object.put("mcb", features.mcb());
        object.put("spread", features.spread());
        object.put("widths", widths);
        return object;
    }
}

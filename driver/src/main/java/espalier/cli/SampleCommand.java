package espalier.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.RecipeId;
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
        List<Recipe> recipes = study.method()
                .planner()
                .draw(study.space(), count, study.config().seed(), List.of());
        PrintStream out = System.out;
        if (format == Format.CSV) {
            List<Map<String, Object>> rows =
                    recipes.stream().map(recipe -> flat(study, recipe)).toList();
            out.println(String.join(",", rows.get(0).keySet()));
            rows.forEach(row ->
                    out.println(row.values().stream().map(SampleCommand::text).collect(Collectors.joining(","))));
        } else {
            List<Map<String, Object>> objects =
                    recipes.stream().map(recipe -> nested(study, recipe)).toList();
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(objects));
        }
        return 0;
    }

    private static Map<String, Object> flat(StudyContext study, Recipe recipe) {
        Map<String, Object> columns = costs(study, recipe);
        columns.putAll(study.method().describe(recipe));
        return columns;
    }

    private static Map<String, Object> nested(StudyContext study, Recipe recipe) {
        Map<String, Object> object = costs(study, recipe);
        object.put(
                recipe instanceof ChannelRecipe ? "widths" : "recipe",
                study.method().describe(recipe));
        return object;
    }

    private static Map<String, Object> costs(StudyContext study, Recipe recipe) {
        RecipeFeatures features = study.space().features(recipe);
        Map<String, Object> costs = new LinkedHashMap<>();
        costs.put(
                "recipe_id", RecipeId.of(study.network().fingerprint(), recipe).value());
        costs.put("flops", features.complexity().macs());
        costs.put("flops_kept", features.flopsKept());
        costs.put("parameters", features.complexity().parameters());
        costs.put("parameters_kept", features.parametersKept());
        costs.put("mcb", features.mcb());
        costs.put("spread", features.spread());
        return costs;
    }

    private static String text(Object value) {
        return value instanceof Double number ? "%.6f".formatted(number) : value.toString();
    }
}

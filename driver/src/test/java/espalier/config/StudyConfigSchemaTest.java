package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyConfigSchemaTest {
    private static final JsonNode SCHEMA = parsed();

    private static JsonNode parsed() {
        try {
            return new JsonMapper().readTree(StudyConfigSchema.text());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema is not JSON", e);
        }
    }

    @Test
    void isWhatTheRepositoryHolds() {
        CommittedFile.assertHolds("conf/" + StudyConfigSchema.FILE_NAME, StudyConfigSchema.text());
    }

    @Test
    void describesRangesDefaultsAndMeanings() {
        JsonNode rounds = SCHEMA.at("/properties/search/properties/rounds");

        assertThat(rounds.toString())
                .isEqualTo("{\"description\":\"rounds of trials; between two of them the space may be narrowed\","
                        + "\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":2}");
        assertThat(StudyConfigSchema.text()).contains("\"default\" : 0.0005\n");
        assertThat(SCHEMA.at("/properties/space/properties/mcb").has("default")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "fashion-mnist"})
    void allowsTheExamples(String study) {
        assertThat(problems(CommittedFile.text("conf/" + study + ".yaml"))).isEmpty();
    }

    @Test
    void allowsWhatTheWriterWrites() {
        RandomConfigs configs = new RandomConfigs(3);
        for (int i = 0; i < 50; i++) {
            String yaml = StudyConfigWriter.write(configs.next(), List.of());
            assertThat(problems(yaml)).as(yaml).isEmpty();
        }
    }

    @Test
    void allowsAnEmptySection() {
        assertThat(problems(StudyConfigReaderTest.VALID.replace("  rounds: 2\n", "")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    rounds: 2         ~ trails-per-round: 2     ~ $.search.trails-per-round: false
                    rounds: 2         ~ rounds: two             ~ $.search.rounds: type
                    rounds: 2         ~ rounds: 2.5             ~ $.search.rounds: type
                    rounds: 2         ~ rounds: 0               ~ $.search.rounds: minimum
                    rounds: 2         ~ sampler: gird           ~ $.search.sampler: enum
                    rounds: 2         ~ spread-grid: []         ~ $.search.spread-grid: minItems
                    rounds: 2         ~ spread-grid: [0.1, 0.1] ~ $.search.spread-grid: uniqueItems
                    rounds: 2         ~ spread-grid: [0.1, 2]   ~ $.search.spread-grid[]: maximum
                    flops: 0.5        ~ flops: 1.5              ~ $.space.flops: maximum
                    flops: 0.5        ~ flops: 0                ~ $.space.flops: exclusiveMinimum
                    flops: 0.5        ~ tolerance: 0.1          ~ $.space: required
                    flops: 0.5        ~ {flops: 0.5, mcb: [1]}  ~ $.space.mcb: minItems
                    flops: 0.5        ~ {flops: 0.5, groups: {stem: [0, 2]}} ~ $.space.groups.stem[]: maximum
                    study: fashion    ~ study: Fashion MNIST    ~ $.study: pattern
                    resnet-cifar      ~ lenet                   ~ $.network.depth: false
                    resnet-cifar      ~ file                    ~ $.network: required
                    depth: 8          ~ width: 8                ~ $.network: required
                    format: synthetic ~ {format: idx, path: d, synthetic: {size: 13}} ~ $.data.synthetic: false
                    seed: 1           ~ training: {fine-tune: {milestones: [1]}} ~ $.training.fine-tune.milestones: false
                    seed: 1           ~ training: {fine-tune: {schedule: step}}  ~ $.training.fine-tune: required
                    """)
    void forbidsWhatTheReaderForbids(String valid, String bad, String problem) {
        assertThat(problems(StudyConfigReaderTest.VALID.replace(valid, bad))).contains(problem);
    }

    private static List<String> problems(String yaml) {
        return StructuralCheck.problems(SCHEMA, yaml);
    }
}

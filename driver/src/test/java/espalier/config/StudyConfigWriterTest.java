package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudyConfigWriterTest {
    private static final int CONFIGURATIONS = 100;

    @Test
    void writesWhatReadsBackEqual() {
        RandomConfigs configs = new RandomConfigs(1);
        for (int i = 0; i < CONFIGURATIONS; i++) {
            StudyConfig config = configs.next();

            String yaml = StudyConfigWriter.write(config, List.of());

            StudyConfig read = read(yaml);
            assertThat(read).as(yaml).isEqualTo(config);
            assertThat(StudyConfigWriter.write(read, List.of())).isEqualTo(yaml);
        }
    }

    @Test
    void keepsTheOrderOfGroups() {
        SpaceConfig space = new SpaceConfig(
                SpaceConfig.Method.CHANNELS,
                0.5,
                0.01,
                0.95,
                1,
                1,
                Band.ANY,
                Band.ANY,
                Band.ANY,
                Band.ANY,
                "",
                ordered("b", "a", "c"),
                GraphConfig.STANDARD);

        String yaml = StudyConfigWriter.write(config().refined("fashion", "", space), List.of());

        assertThat(read(yaml).space().groups().keySet()).containsExactly("b", "a", "c");
    }

    @Test
    void writesEveryKeyThatAppliesInTheOrderOfTheDeclaration() {
        assertThat(StudyConfigWriter.write(config(), List.of())).isEqualTo("""
                        # yaml-language-server: $schema=espalier.schema.json
                        study: fashion
                        seed: 1
                        output: results
                        parent: ""
                        data:
                          format: synthetic
                          path: ""
                          train-images: 0
                          test-images: 0
                          selection: validation-share
                          validation-share: 0.1
                          normalization:
                            means: []
                            standard-deviations: []
                          augmentation:
                            pad: 2
                            flip: false
                          synthetic:
                            size: 16
                            classes: 10
                            train-images: 3000
                            test-images: 1000
                            noise: 0.25
                            seed: 7
                        network:
                          architecture: resnet-cifar
                          depth: 8
                          width: 16
                          shortcut: b
                          weights: ""
                          mapping: ""
                          freeze: []
                        space:
                          method: channels
                          flops: 0.5
                          tolerance: 0.01
                          max-pruned: 0.95
                          min-width: 1
                          divisor: 1
                          parameters: [0.0, .inf]
                          mcb: [0.0, .inf]
                          spread: [0.0, .inf]
                          latency: [0.0, .inf]
                          latency-table: ""
                          groups: {}
                        search:
                          rounds: 2
                          trials-per-round: 40
                          sampler: grid
                          spread-grid: [0.06, 0.14, 0.22, 0.3]
                          mcb-grid: [0.75, 0.84, 0.94, 1.06, 1.19, 1.33]
                          controls: 0
                          negated-share: 0.25
                          max-attempts: 10000
                          time-limit: 3600
                        stopping:
                          rule: none
                        importance: l1
                        training:
                          batch-size: 64
                          momentum: 0.9
                          weight-decay: 0.0005
                          label-smoothing: 0.0
                          recalibration-batches: 50
                          threads: 1
                          device: cpu
                          base:
                            epochs: 20
                            learning-rate: 0.1
                            schedule: cosine
                            warmup-epochs: 0
                            seeds: 3
                          fine-tune:
                            epochs: 1
                            learning-rate: 0.05
                            schedule: cosine
                            warmup-epochs: 0
                          retrain:
                            epochs: 20
                            learning-rate: 0.1
                            schedule: cosine
                            warmup-epochs: 0
                            candidates: 3
                            seeds: 3
                        refine:
                          when: shown
                          confidence: 0.95
                          draws: 10000
                        """);
    }

    @Test
    void putsTheHeaderOnTopAsComments() {
        List<String> header =
                List.of("round 1: 40 trials", "", "two\nlines: [", "break\u0085out\u2028of: it", "bell\u0007");

        String yaml = StudyConfigWriter.write(config(), header);

        assertThat(yaml).startsWith("""
                        # yaml-language-server: $schema=espalier.schema.json
                        # round 1: 40 trials
                        #
                        # two
                        # lines: [
                        # break
                        # out
                        # of: it
                        # bell
                        study: fashion
                        """);
        assertThat(read(yaml)).isEqualTo(config());
    }

    private static Map<String, Band> ordered(String... names) {
        Map<String, Band> bands = new LinkedHashMap<>();
        for (String name : names) {
            bands.put(name, new Band(0.5, 1));
        }
        return bands;
    }

    private static StudyConfig config() {
        return read(StudyConfigReaderTest.VALID);
    }

    private static StudyConfig read(String yaml) {
        return StudyConfigReader.read(yaml, "written.yaml", Map.of());
    }
}

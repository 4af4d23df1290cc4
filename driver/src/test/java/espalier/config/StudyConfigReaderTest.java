package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyConfigReaderTest {
    private static final String FILE = "conf/x.yaml";

    /** A valid file; the tests of bad input replace one part of it. */
    static final String VALID = """
            study: fashion
            data:
              format: synthetic
            network:
              architecture: resnet-cifar
              depth: 8
            space:
              flops: 0.5
            search:
              rounds: 2
            seed: 1
            """;

    @Test
    void fillsInDefaults() {
        StudyConfig config = read(VALID, Map.of());

        assertThat(config.seed()).isEqualTo(1);
        assertThat(config.output()).isEqualTo("results");
        assertThat(config.parent()).isEmpty();
        assertThat(config.importance()).isEqualTo(StudyConfig.Importance.L1);
        assertThat(config.data())
                .isEqualTo(new DataConfig(
                        DataConfig.Format.SYNTHETIC,
                        "",
                        0,
                        0,
                        DataConfig.Selection.VALIDATION_SHARE,
                        0.1,
                        new DataConfig.Normalization(List.of(), List.of()),
                        new DataConfig.Augmentation(2, false),
                        new DataConfig.Synthetic(16, 10, 3000, 1000, 0.25, 7)));
        assertThat(config.network())
                .isEqualTo(new NetworkConfig(
                        NetworkConfig.Architecture.RESNET_CIFAR,
                        8,
                        16,
                        NetworkConfig.Shortcut.B,
                        "",
                        "",
                        "",
                        List.of()));
        assertThat(config.space())
                .isEqualTo(new SpaceConfig(
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
                        Map.of(),
                        GraphConfig.STANDARD));
        assertThat(config.search())
                .isEqualTo(new SearchConfig(
                        2,
                        40,
                        SearchConfig.Sampler.GRID,
                        List.of(0.06, 0.14, 0.22, 0.3),
                        List.of(0.75, 0.84, 0.94, 1.06, 1.19, 1.33),
                        0,
                        0.25,
                        10_000,
                        3600));
        assertThat(config.stopping()).isEqualTo(new StoppingConfig(StoppingConfig.Rule.NONE, 3, 5, 1, true, 0.5));
        assertThat(config.refine()).isEqualTo(new RefineConfig(RefineConfig.When.SHOWN, 0.95, 10_000));
    }

    @Test
    void givesEachStageOfTrainingItsOwnDefaults() {
        TrainingConfig training = read(VALID, Map.of()).training();

        assertThat(training)
                .isEqualTo(new TrainingConfig(
                        64,
                        0.9,
                        5e-4,
                        0,
                        50,
                        1,
                        TrainingConfig.Device.CPU,
                        new TrainingConfig.Base(cosine(20, 0.1), 3),
                        cosine(1, 0.05),
                        new TrainingConfig.Retrain(cosine(20, 0.1), 3, 3)));
    }

    @Test
    void readsEveryKindOfValue() {
        StudyConfig config = read("""
                study: 2024-run
                seed: 999999999999999
                output: "hdfs://host/a b"
                data: {format: idx, path: data/mnist, augmentation: {flip: true}}
                network:
                  architecture: vgg-bn
                  depth: 16
                  freeze: ['*.out', stem]
                space:
                  flops: 2.5e-1
                  mcb: [.9, 1.1]
                  parameters: [0.3, .inf]
                  groups:
                    stage1.*: [0.5, 1]
                    "*": [0.1, 1]
                training:
                  base:
                    schedule: step
                    milestones:
                      - 5
                      - 15
                """, Map.of());

        assertThat(config.study()).isEqualTo("2024-run");
        assertThat(config.seed()).isEqualTo(999_999_999_999_999L);
        assertThat(config.output()).isEqualTo("hdfs://host/a b");
        assertThat(config.data().augmentation().flip()).isTrue();
        assertThat(config.network().freeze()).containsExactly("*.out", "stem");
        assertThat(config.space().flops()).isEqualTo(0.25);
        assertThat(config.space().mcb()).isEqualTo(new Band(0.9, 1.1));
        assertThat(config.space().parameters()).isEqualTo(new Band(0.3, Double.POSITIVE_INFINITY));
        assertThat(config.space().groups())
                .containsExactly(Map.entry("stage1.*", new Band(0.5, 1)), Map.entry("*", new Band(0.1, 1)));
        assertThat(config.training().base().learning().milestones()).containsExactly(5, 15);
        assertThat(config.training().base().learning().gamma()).isEqualTo(0.1);
    }

    @Test
    void letsOverridesWinOverTheFileAndTheFileOverDefaults() {
        Map<String, String> overrides = Map.of(
                "search.rounds", "3",
                "space.mcb", "[0.9, 1.1]",
                "space.groups.stage1.*", "[0.5, 1]",
                "training.base.epochs", "7",
                "data.synthetic", "{size: 12}");

        StudyConfig config = read(VALID, overrides);

        assertThat(config.search().rounds()).isEqualTo(3);
        assertThat(config.search().trialsPerRound()).isEqualTo(40);
        assertThat(config.space().mcb()).isEqualTo(new Band(0.9, 1.1));
        assertThat(config.space().groups()).containsOnlyKeys("stage1.*");
        assertThat(config.training().base().learning().epochs()).isEqualTo(7);
        assertThat(config.data().synthetic().size()).isEqualTo(12);
    }

    @Test
    void takesAKeyOutWithAnEmptyOverride() {
        StudyConfig config = read(VALID, Map.of("network.architecture", "lenet", "network.depth", ""));

        assertThat(config.network().architecture()).isEqualTo(NetworkConfig.Architecture.LENET);
        assertThat(config.network().depth()).isZero();
    }

    @Test
    void takesAnEmptySectionForDefaults() {
        assertThat(read(VALID.replace("  rounds: 2\n", ""), Map.of())).isEqualTo(read(VALID, Map.of()));
    }

    @Test
    void readsFilesOfOtherSystems() {
        assertThat(read("\uFEFF" + VALID.replace("\n", "\r\n"), Map.of())).isEqualTo(read(VALID, Map.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    rounds: 2 ~ trails-per-round: 2 ~ :10: key 'search.trails-per-round' is unknown; did you mean 'trials-per-round'?
                    rounds: 2 ~ epochs: 2           ~ :10: key 'search.epochs' is unknown; did you mean 'training.base.epochs'?
                    seed: 1   ~ refnie:             ~ :11: key 'refnie' is unknown; did you mean 'refine'?
                    seed: 1   ~ <<: {}              ~ :11: key '<<' is unknown; known here: study, seed, output, parent, data, network, space, search, stopping, importance, training, refine
                    seed: 1   ~ search:             ~ :11: search is given twice, first at conf/x.yaml:9: remove one
                    """)
    void reportsKeysThatAreUnknownOrRepeated(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of())).containsExactly(FILE + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    rounds: 2 ~ rounds: two     ~ :10: search.rounds is two, must be
                    rounds: 2 ~ rounds: 2.0     ~ :10: search.rounds is 2.0, must be
                    rounds: 2 ~ rounds: 0       ~ :10: search.rounds is 0, must be
                    rounds: 2 ~ rounds: "2"     ~ :10: search.rounds is "2", must be
                    rounds: 2 ~ rounds:         ~ :10: search.rounds is empty, must be
                    rounds: 2 ~ rounds: 010     ~ :10: search.rounds is 010, must be
                    rounds: 2 ~ rounds: [1, 2]  ~ :10: search.rounds is [1, 2], must be
                    rounds: 2 ~ rounds: {a: 1}  ~ :10: search.rounds is {a: 1}, must be
                    rounds: 2 ~ rounds: 5000000000 ~ :10: search.rounds is 5000000000, must be
                    """)
    void reportsWhatIsNotAWholeNumberOfTheRange(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of()))
                .containsExactly(
                        FILE + problem
                                + " a whole number in [1, 100]: rounds of trials; between two of them the space may be narrowed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    flops: 0.5 ~ flops: 1.5       ~ :8: space.flops is 1.5, must be
                    flops: 0.5 ~ flops: 0         ~ :8: space.flops is 0, must be
                    flops: 0.5 ~ flops: half      ~ :8: space.flops is half, must be
                    flops: 0.5 ~ flops: .nan      ~ :8: space.flops is .nan, must be
                    flops: 0.5 ~ flops: .inf      ~ :8: space.flops is .inf, must be
                    flops: 0.5 ~ flops: 1d        ~ :8: space.flops is 1d, must be
                    flops: 0.5 ~ tolerance: 0.1   ~ :7: space.flops is missing, must be
                    """)
    void reportsWhatIsNotANumberOfTheRange(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of()))
                .containsExactly(FILE + problem
                        + " a number in (0, 1]: share of the original network's FLOPs that a subnetwork keeps");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    study: fashion ~ study: Fashion MNIST ~ :1: study is Fashion MNIST, must be text that matches [a-z0-9][a-z0-9-]{0,63}: name of the study, and of its folder below output
                    study: fashion ~ study: [a]           ~ :1: study is [a], must be text that matches [a-z0-9][a-z0-9-]{0,63}: name of the study, and of its folder below output
                    study: fashion ~ output: x            ~ :1: study is missing, must be text that matches [a-z0-9][a-z0-9-]{0,63}: name of the study, and of its folder below output
                    rounds: 2 ~ sampler: gird             ~ :10: search.sampler is gird, must be one of grid | uniform | spread | mcb | mutation: how recipes are drawn: grid crosses both grids, uniform draws ratios alike, spread and mcb fill their grids, mutation changes the best; did you mean 'grid'?
                    seed: 1   ~ importance: taylor        ~ :11: importance is taylor, must be one of l1 | l2 | batch-norm-scale | geometric-median | random: what ranks the channels of a group, the least important being removed first
                    format: synthetic ~ augmentation: {flip: yes} ~ :2: data.format is missing, must be one of idx | cifar10 | synthetic: where images come from: idx, the four files of MNIST and its kin; cifar10, the six binary files of CIFAR-10; synthetic, made from a seed
                    """)
    void reportsTextAndWordsThatAreNotAllowed(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of())).contains(FILE + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    flip: yes ~ true or false: whether to mirror half of the images left to right
                    flip: 1   ~ true or false: whether to mirror half of the images left to right
                    """)
    void reportsWhatIsNotAFlag(String bad, String problem) {
        String text = VALID.replace("synthetic\n", "synthetic\n  augmentation:\n    " + bad + "\n");

        assertThat(problems(text, Map.of()))
                .containsExactly(
                        "conf/x.yaml:5: data.augmentation.flip is " + bad.substring(6) + ", must be " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    rounds: 2 ~ spread-grid: []         ~ :10: search.spread-grid is [], must be
                    rounds: 2 ~ spread-grid: 0.1        ~ :10: search.spread-grid is 0.1, must be
                    rounds: 2 ~ spread-grid: [0.1, x]   ~ :10: search.spread-grid is [0.1, x], must be
                    rounds: 2 ~ spread-grid: [0.1, 2]   ~ :10: search.spread-grid is [0.1, 2], must be
                    rounds: 2 ~ spread-grid: [0.1, 0.10]~ :10: search.spread-grid is [0.1, 0.10], must be
                    """)
    void reportsListsThatAreNotAllowed(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of()))
                .containsExactly(
                        FILE + problem
                                + " a list [...] without repeats, each a number in [0, 1]: edges of the grid's bands of spread, the standard deviation of a recipe's ratios; rising, at least two");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    [1.1, 0.9]
                    [1.1]
                    [0.9, 1.0, 1.1]
                    [-1, 1]
                    [a, b]
                    1.0
                    {low: 1}
                    """)
    void reportsBandsThatAreNotAllowed(String bad) {
        String text = VALID.replace("flops: 0.5", "flops: 0.5\n  spread: " + bad);

        assertThat(problems(text, Map.of()))
                .containsExactly("conf/x.yaml:9: space.spread is " + bad
                        + ", must be [low, high] with low <= high, both in [0, inf]: band of the standard deviation of a recipe's ratios;"
                        + " [0, .inf] for no limit");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    search: 5      ~ :9: search is 5, must be a section with the keys rounds, trials-per-round, sampler, spread-grid, mcb-grid, controls, negated-share, max-attempts, time-limit
                    search: [a, b] ~ :9: search is [a, b], must be a section with the keys rounds, trials-per-round, sampler, spread-grid, mcb-grid, controls, negated-share, max-attempts, time-limit
                    """)
    void reportsValuesWhereSectionsBelong(String bad, String problem) {
        assertThat(problems(VALID.replace("search:\n  rounds: 2", bad), Map.of()))
                .containsExactly(FILE + problem);
    }

    @Test
    void reportsTheLineOfOneGroup() {
        String groups = "flops: 0.5\n  groups:\n    a: [0, 1]\n    b: [0, 2]\n    a: [0, 1]";

        assertThat(problems(VALID.replace("flops: 0.5", groups), Map.of()))
                .containsExactly(
                        "conf/x.yaml:11: space.groups.b is [0, 2], must be [low, high] with low <= high, both in [0, 1]: bands of the share of"
                                + " channels kept by the groups with a name, * and ? allowed; a group must meet all that name it",
                        "conf/x.yaml:12: space.groups.a is given twice, first at conf/x.yaml:10: remove one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    depth: 8     ~ depth: 9  ~ :6: network.depth is 9, must be 6n + 2 (8, 14, 20, ...) for architecture resnet-cifar
                    resnet-cifar ~ vgg-bn    ~ :6: network.depth is 8, must be 11, 13, 16 or 19 for architecture vgg-bn
                    resnet-cifar ~ lenet     ~ :6: network.depth contradicts architecture lenet, applies to resnet-cifar | resnet | wide-resnet | vgg-bn | densenet alone: remove it, or change architecture
                    depth: 8     ~ width: 8  ~ :4: network.depth is missing, must be a whole number in [8, 1202]: number of layers: 6n + 2 for resnet-cifar, 18 to 152 for resnet, 11 to 19 for vgg-bn; see docs/networks.md
                    resnet-cifar ~ file      ~ :4: network.file is missing, must be one line of text: network of your own: a Deeplearning4j zip (graph or chain of layers), ONNX (.onnx) or Keras (.h5, .hdf5)
                    format: synthetic ~ format: idx ~ :2: data.path is missing, must be the folder of the files for format idx
                    format: synthetic ~ {format: idx, path: d, synthetic: {size: 13}} ~ :3: data.synthetic contradicts format idx, applies to synthetic alone: remove it, or change format
                    format: synthetic ~ {format: synthetic, selection: test-half, validation-share: 0.2} ~ :3: data.validation-share contradicts selection test-half, applies to validation-share alone: remove it, or change selection
                    format: synthetic ~ {format: synthetic, normalization: {means: [0.5, 0.5], standard-deviations: [1]}} ~ :3: data.normalization.standard-deviations has 1 values, must have as many as means, which has 2: give one of each for every channel
                    flops: 0.5   ~ {flops: 0.5, tolerance: 0.5} ~ :8: space.tolerance is 0.5, must be less than flops (0.5)
                    flops: 0.5   ~ {flops: 0.5, groups: {stem: [0, 0.01]}} ~ :8: space.groups.stem is [0.0, 0.01], must reach the share that max-pruned (0.95) leaves: raise its high end, or max-pruned
                    seed: 1      ~ training: {base: {epochs: 0}} ~ :11: training.base.epochs is 0, must be at least 1 unless network.weights is given or network.architecture is file: nothing else has weights
                    seed: 1      ~ training: {fine-tune: {milestones: [1]}} ~ :11: training.fine-tune.milestones contradicts schedule cosine, applies to step alone: remove it, or change schedule
                    seed: 1      ~ training: {fine-tune: {warmup-epochs: 2}} ~ :11: training.fine-tune.warmup-epochs is 2, must be at most epochs (1)
                    seed: 1      ~ training: {base: {schedule: step, milestones: [3, 2]}} ~ :11: training.base.milestones is [3, 2], must rise, and end before epochs (20)
                    seed: 1      ~ stopping: {rule: halving, first-epochs: 2} ~ :11: stopping.first-epochs is 2, must be at most training.fine-tune.epochs (1), where trials end
                    seed: 1      ~ stopping: {rule: median, least-correlation: 0.3} ~ :11: stopping.least-correlation contradicts rule median, applies to halving alone: remove it, or change rule
                    seed: 1      ~ stopping: {rule: halving, eta: 1} ~ :11: stopping.eta is 1, must be a number in (1, 100]: each rung has so many times the epochs of the one below; under halving one of so many trials goes on
                    seed: 1      ~ training: {retrain: {candidates: 81}} ~ :11: training.retrain.candidates is 81, must be at most the 80 trials of the search: lower it, or raise search.trials-per-round
                    """)
    void reportsContradictionsAtTheKeyConcerned(String valid, String bad, String problem) {
        assertThat(problems(VALID.replace(valid, bad), Map.of())).contains(FILE + problem);
    }

    @Test
    void reportsAMappingWithoutWeightsAndWeightsWithoutAMapping() {
        assertThat(problems(VALID, Map.of("network.mapping", "m.json")))
                .containsExactly("--set: network.mapping is m.json, must be left out without weights");
        assertThat(problems(
                        VALID.replace("resnet-cifar", "vgg-bn").replace("depth: 8", "depth: 11"),
                        Map.of("network.weights", "w")))
                .containsExactly(FILE
                        + ":4: network.mapping is missing, must be a file: only resnet-cifar has one that is built in");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', nullValues = "nothing", textBlock = """
                    search.trails-per-round ~ 3  ~ --set: key 'search.trails-per-round' is unknown; did you mean 'trials-per-round'?
                    search.round      ~ ''       ~ --set: key 'search.round' is unknown; did you mean 'rounds'?
                    serch.rounds      ~ 3        ~ --set: key 'serch.rounds' is unknown; did you mean 'search.rounds'?
                    study.x           ~ 3        ~ --set: key 'study.x' is unknown; did you mean 'study'?
                    seed              ~ x        ~ --set: seed is x, must be a whole number in [0, 999999999999999]: root of all random numbers of the study
                    search            ~ {rounds: 0} ~ --set search: search.rounds is 0, must be a whole number in [1, 100]: rounds of trials; between two of them the space may be narrowed
                    network.depth     ~ 9        ~ --set: network.depth is 9, must be 6n + 2 (8, 14, 20, ...) for architecture resnet-cifar
                    network.architecture ~ lenet ~ conf/x.yaml:6: network.depth contradicts architecture lenet, applies to resnet-cifar | resnet | wide-resnet | vgg-bn | densenet alone: remove it, or change architecture
                    space.flops       ~ ''       ~ conf/x.yaml:7: space.flops is missing, must be a number in (0, 1]: share of the original network's FLOPs that a subnetwork keeps
                    space.mcb         ~ [0.9     ~ --set space.mcb: is not YAML at column 5: while parsing a flow sequence, expected ',' or ']', but got <stream end>
                    """)
    void reportsOverridesUnderTheirFlag(String key, String value, String problem) {
        assertThat(problems(VALID, Map.of(key, value))).containsExactly(problem);
    }

    @Test
    void reportsARepeatedSectionEvenWhereAnOverrideReachesInside() {
        String text = VALID.replace("seed: 1", "search: {sampler: mcb}");

        assertThat(problems(text, Map.of("search.rounds", "3")))
                .containsExactly("conf/x.yaml:11: search is given twice, first at conf/x.yaml:9: remove one");
    }

    @Test
    void reportsAllProblemsAtOnceInTheOrderOfTheirLines() {
        String text = VALID.replace("rounds: 2", "rounds: 0\n  wibble: 3").replace("0.5", "5");

        assertThat(problems(text, Map.of("seed", "x")))
                .extracting(problem -> problem.substring(0, problem.indexOf(' ', problem.indexOf(' ') + 1)))
                .containsExactly(
                        "--set: seed",
                        "conf/x.yaml:8: space.flops",
                        "conf/x.yaml:10: search.rounds",
                        "conf/x.yaml:11: key");
    }

    @Test
    void keepsLongValuesShort() {
        String text = VALID.replace("rounds: 2", "rounds: " + "9".repeat(1000));

        assertThat(problems(text, Map.of()))
                .singleElement()
                .asString()
                .hasSizeLessThan(220)
                .contains("999...");
    }

    private static TrainingConfig.Learning cosine(int epochs, double learningRate) {
        return new TrainingConfig.Learning(epochs, learningRate, TrainingConfig.Schedule.COSINE, 0, List.of(), 0.1);
    }

    private static StudyConfig read(String text, Map<String, String> overrides) {
        return StudyConfigReader.read(text, FILE, overrides);
    }

    private static List<String> problems(String text, Map<String, String> overrides) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(text, overrides));
        assertThat(failure.getMessage()).isEqualTo(String.join("\n", failure.problems()));
        return failure.problems();
    }
}

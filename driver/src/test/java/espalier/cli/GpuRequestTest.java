package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import espalier.config.TrainingConfig.Device;
import espalier.search.StudyException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuRequestTest {
    private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
    private static final String TRIAL = "spark.task.resource.gpu.amount";
    private static final String CLUSTER = "spark://host:7077";

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[*]", "local[2]", "local[2, 3]"})
    void aLocalMasterHandsOutNone(String master) {
        refused(master, "1", "1", TRIAL, "master " + master, "give a cluster's --master");
        refused(master, "1", "0", EXECUTOR, "master " + master);
        assertThatCode(request(master, "0", "0")::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {CLUSTER, "local-cluster[2,1,1024]"})
    void aClusterHandsOutWhatItHas(String master) {
        assertThatCode(request(master, "2", "1")::check).doesNotThrowAnyException();
    }

    @Test
    void trialsMayShareAGpuWhereThatIsMeant() {
        assertThatCode(request(CLUSTER, "1", "0.5")::check).doesNotThrowAnyException();
        assertThatCode(request(CLUSTER, "1", "0.125")::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, is 1, set spark.executor.resource.gpu.amount too",
        "2, 2, is 2, runs on 1 GPU",
        "1, 0.75, is 0.75, 0.5 for two trials",
        "1, one, is 'one', number of GPUs",
        "1.5, 1, is '1.5', whole number",
        "-1, 0, is '-1', number of GPUs",
        "1e3, 0, is '1e3', number of GPUs"
    })
    void whatSparkCannotFulfilIsRefused(String ofExecutor, String ofTrial, String value, String mend) {
        refused(CLUSTER, ofExecutor, ofTrial, value, mend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yarn", "k8s://https://host:6443"})
    void executorsThatFindTheirGpusThemselvesNeedAScript(String master) {
        refused(master, "1", "1", "spark.executor.resource.gpu.discoveryScript", "conf/gpu-discovery.sh");
        GpuRequest complete = GpuRequest.of(
                conf(master, "1", "1").set("spark.executor.resource.gpu.discoveryScript", "./gpu-discovery.sh"));
        assertThatCode(complete::check).doesNotThrowAnyException();
    }

    @Test
    void aStudyOnTheCpuLeavesNoGpusIdle() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> request(CLUSTER, "1", "1").checkFor(Device.CPU))
                .withMessageContaining("training.device is cpu")
                .withMessageContaining("set training.device to gpu");
        assertThatCode(() -> request(CLUSTER, "0", "0").checkFor(Device.CPU)).doesNotThrowAnyException();
    }

    @Test
    void aStudyOnGpusNeedsThemFromSpark() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> request(CLUSTER, "0", "0").checkFor(Device.GPU))
                .withMessageContaining("training.device is gpu")
                .withMessageContaining("ESPALIER_GPUS=1");
        assertThatCode(() -> request("local[*]", "0", "0").checkFor(Device.AUTO))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"GPU", "AUTO"})
    void executorsWithGpusGiveThemToTrials(Device device) {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> request(CLUSTER, "2", "0").checkFor(device))
                .withMessage(EXECUTOR + " is 2, but a trial gets none; set " + TRIAL + " to 1");
        assertThatCode(() -> request(CLUSTER, "2", "1").checkFor(device)).doesNotThrowAnyException();
    }

    private static void refused(String master, String ofExecutor, String ofTrial, String... words) {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> request(master, ofExecutor, ofTrial).check())
                .satisfies(problem ->
                        assertThat(problem.getMessage()).contains(words).doesNotContain("\n"));
    }

    private static GpuRequest request(String master, String ofExecutor, String ofTrial) {
        return GpuRequest.of(conf(master, ofExecutor, ofTrial));
    }

    private static SparkConf conf(String master, String ofExecutor, String ofTrial) {
        return new SparkConf(false).setMaster(master).set(EXECUTOR, ofExecutor).set(TRIAL, ofTrial);
    }
}

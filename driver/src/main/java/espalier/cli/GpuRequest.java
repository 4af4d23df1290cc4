package espalier.cli;

import espalier.config.TrainingConfig.Device;
import espalier.search.StudyException;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The GPUs that Spark is asked for, and whether that can come to anything. Spark itself would wait for ever, or go on without a word.
 *
 * @param master URL of the master
 * @param ofExecutor GPUs of an executor; 0 for none
 * @param ofTrial GPUs of a trial; a share of one where trials are to share it, 0 for none
 * @param discovery path of the script that finds an executor's GPUs; may be empty
 */
record GpuRequest(String master, double ofExecutor, double ofTrial, String discovery) {
    private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
    private static final String TRIAL = "spark.task.resource.gpu.amount";
    private static final String DISCOVERY = "spark.executor.resource.gpu.discoveryScript";

    private static final Pattern WHOLE = Pattern.compile("\\d{1,4}");
    private static final Pattern AMOUNT = Pattern.compile("\\d{1,4}(\\.\\d{1,9})?");
    private static final Pattern LOCAL = Pattern.compile("local(\\[.*)?");
    private static final Pattern EXECUTORS_DISCOVER = Pattern.compile("yarn|k8s:.*");

    /** @throws StudyException if an amount is no number, or a share of an executor's GPU */
    static GpuRequest of(SparkConf conf) {
        return new GpuRequest(
                conf.get("spark.master", ""),
                amount(conf, EXECUTOR, WHOLE),
                amount(conf, TRIAL, AMOUNT),
                conf.get(DISCOVERY, ""));
    }

    private static double amount(SparkConf conf, String key, Pattern form) {
        String text = conf.get(key, "0").strip();
        if (!form.matcher(text).matches()) {
            throw new StudyException(
                    key + " is '" + text + "'; give a " + (form == WHOLE ? "whole " : "") + "number of GPUs");
        }
        return Double.parseDouble(text);
    }

    /**
     * Refuses what Spark cannot fulfil.
     *
     * @throws StudyException if no task would ever start
     */
    void check() {
        if (LOCAL.matcher(master).matches() && (ofExecutor > 0 || ofTrial > 0)) {
            throw new StudyException("Spark is asked for GPUs (" + (ofTrial > 0 ? TRIAL : EXECUTOR)
                    + "), but hands out none with the master " + master
                    + " and would wait for ever; give a cluster's --master, or leave the GPUs out");
        }
        if (ofTrial > 0 && ofExecutor == 0) {
            throw new StudyException(
                    TRIAL + " is " + text(ofTrial) + ", but executors have no GPU; set " + EXECUTOR + " too");
        }
        if (ofTrial > 0.5 && ofTrial != 1) {
            throw new StudyException(TRIAL + " is " + text(ofTrial)
                    + "; a trial runs on 1 GPU, or shares it where that is meant (0.5 for two trials on each)");
        }
        if (ofExecutor > 0 && EXECUTORS_DISCOVER.matcher(master).matches() && discovery.isEmpty()) {
            throw new StudyException(
                    EXECUTOR + " is " + text(ofExecutor) + ", but nothing finds an executor's GPUs; set " + DISCOVERY
                            + " to conf/gpu-discovery.sh, at a path that executors have");
        }
    }

    /**
     * Refuses a study that wants something else than Spark is asked for.
     *
     * @throws StudyException if its trials would all fail, or leave their GPUs idle
     */
    void checkFor(Device device) {
        check();
        if (device == Device.CPU && ofExecutor > 0) {
            throw new StudyException("training.device is cpu, but Spark is asked for GPUs (" + EXECUTOR + " is "
                    + text(ofExecutor) + "); set training.device to gpu, or leave the GPUs out");
        }
        if (device == Device.GPU && ofExecutor == 0) {
            throw new StudyException("training.device is gpu, but Spark is not asked for GPUs;"
                    + " start with ESPALIER_GPUS=1 on a cluster that has some, or set training.device to cpu");
        }
        if (ofExecutor > 0 && ofTrial == 0) {
            throw new StudyException(
                    EXECUTOR + " is " + text(ofExecutor) + ", but a trial gets none; set " + TRIAL + " to 1");
        }
    }

    private static String text(double amount) {
        return amount == Math.rint(amount) ? Long.toString((long) amount) : Double.toString(amount);
    }
}

package espalier.benchmark;

import espalier.backend.spark.WireRegistrator;
import espalier.data.Augmentation;
import espalier.dl4j.NetworkFiles;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.recipe.ChannelRecipe;
import espalier.task.ImportanceCriterion;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.task.Phase.Part;
import espalier.task.Trial;
import espalier.train.LearningRateSchedule;
import espalier.train.TrainingPlan;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What travels between driver and executors, by Spark's two serializers: a trial of ResNet-56, the network itself, and its weights as an array. Java
 * gets records of its own with the same values, since those of the program cannot be serialized by it. {@code benchmarks/run.sh serialization}
 */
final class Serialization {
    private static final int ROUNDS = 300;

    private Serialization() {}

    // ---- The same values, for Java.

    @SuppressWarnings("ArrayRecordComponent") // as in the original
    private record JavaTrial(
            String id,
            String title,
            JavaRecipe recipe,
            List<Serializable> phases,
            long seed,
            long limit,
            byte[] network)
            implements Serializable {}

    private record JavaRecipe(List<Integer> widths) implements Serializable {}

    private record JavaInherit() implements Serializable {}

    private record JavaEvaluate(String stage, Part part) implements Serializable {}

    private record JavaRecalibrate(int batches, int batchSize) implements Serializable {}

    private record JavaSchedule(
            LearningRateSchedule.Law law, double peak, int warmupEpochs, List<Integer> milestones, double gamma)
            implements Serializable {}

    private record JavaAugmentation(int pad, Augmentation.Flip flip) implements Serializable {}

    private record JavaTrain(
            int epochs,
            int batchSize,
            JavaSchedule schedule,
            double momentum,
            double weightDecay,
            double smoothing,
            JavaAugmentation augmentation,
            int until)
            implements Serializable {}

    @SuppressWarnings("ArrayRecordComponent")
    private record JavaNetwork(
            String id,
            String configuration,
            byte[] trained,
            int channels,
            int height,
            int width,
            int classes,
            List<String> frozen,
            ImportanceCriterion importance,
            long seed)
            implements Serializable {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        SparkConf conf = new SparkConf(false)
                .set("spark.kryo.registrator", WireRegistrator.class.getName())
                .set("spark.kryoserializer.buffer.max", "1g");
        Serializer kryo = new KryoSerializer(conf);
        Serializer java = new JavaSerializer(conf);
        ComputationGraph network = new ComputationGraph(
                ResidualNetworks.cifar(56, 16, Shortcut.A, BenchmarkNetwork.SHAPE, BenchmarkNetwork.CLASSES, 1));
        network.init();
        byte[] zip = NetworkFiles.write(network);
        String json = network.getConfiguration().toJson();
        System.out.println("| | Kryo, bytes | Java, bytes | Kryo, us | Java, us | Java to Kryo, bytes | time |");
        System.out.println("|---|---|---|---|---|---|---|");
        print("a trial", kryo, trial(), java, javaTrial());
        print("the network", kryo, asset(json, zip), java, javaNetwork(json, zip));
        print("its weights", kryo, network.params(), java, network.params());
    }

    private static void print(String what, Serializer kryo, Object forKryo, Serializer java, Object forJava) {
        SerializerInstance[] instances = {kryo.newInstance(), java.newInstance()};
        Object[] values = {forKryo, forJava};
        List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>());
        int[] bytes = new int[2];
        for (int round = 0; round < 2 * ROUNDS; round++) {
            int which = round % 2;
            long start = System.nanoTime();
            ByteBuffer written = instances[which].serialize(values[which], tag(values[which]));
            Object read = instances[which].deserialize(written.duplicate(), tag(values[which]));
            times.get(which).add((System.nanoTime() - start) / 1e3);
            bytes[which] = written.remaining();
            if (read instanceof INDArray array) {
                array.close();
            }
        }
        double fast = median(times.get(0));
        double slow = median(times.get(1));
        System.out.printf(
                "| %s | %,d | %,d | %,.0f | %,.0f | %.2f | %.2f |%n",
                what, bytes[0], bytes[1], fast, slow, (double) bytes[1] / bytes[0], slow / fast);
    }

    private static ClassTag<Object> tag(Object value) {
        return ClassTag$.MODULE$.apply(value.getClass());
    }

    /** Of the second half, when all is compiled. */
    private static double median(List<Double> times) {
        List<Double> late = new ArrayList<>(times.subList(times.size() / 2, times.size()));
        Collections.sort(late);
        return late.get(late.size() / 2);
    }

    private static List<Integer> widths() {
        Integer[] widths = new Integer[30];
        Arrays.setAll(widths, i -> 7 + i);
        return List.of(widths);
    }

    private static Trial trial() {
        TrainingPlan plan = new TrainingPlan(
                9,
                128,
                LearningRateSchedule.cosine(0.05),
                0.9,
                5e-4,
                0,
                new Augmentation(4, Augmentation.Flip.HORIZONTAL));
        List<Phase> phases = List.of(
                new Phase.InheritWeights(),
                new Phase.Evaluate("pruned", Part.VALIDATION),
                new Phase.Recalibrate(50, 128),
                new Phase.Evaluate("recalibrated", Part.VALIDATION),
                new Phase.Train(plan),
                new Phase.Evaluate("fine-tuned", Part.VALIDATION));
        return new Trial(
                "round-1-0001",
                "study cifar, round 1, rung 1: trial round-1-0001",
                new ChannelRecipe(widths()),
                phases,
                4711,
                3600,
                new byte[0]);
    }

    private static JavaTrial javaTrial() {
        JavaTrain train = new JavaTrain(
                9,
                128,
                new JavaSchedule(LearningRateSchedule.Law.COSINE, 0.05, 0, List.of(), 1),
                0.9,
                5e-4,
                0,
                new JavaAugmentation(4, Augmentation.Flip.HORIZONTAL),
                9);
        List<Serializable> phases = List.of(
                new JavaInherit(),
                new JavaEvaluate("pruned", Part.VALIDATION),
                new JavaRecalibrate(50, 128),
                new JavaEvaluate("recalibrated", Part.VALIDATION),
                train,
                new JavaEvaluate("fine-tuned", Part.VALIDATION));
        return new JavaTrial(
                "round-1-0001",
                "study cifar, round 1, rung 1: trial round-1-0001",
                new JavaRecipe(widths()),
                phases,
                4711,
                3600,
                new byte[0]);
    }

    private static NetworkAsset asset(String json, byte[] zip) {
        return new NetworkAsset(
                "id",
                json,
                zip,
                BenchmarkNetwork.SHAPE,
                BenchmarkNetwork.CLASSES,
                List.of(),
                ImportanceCriterion.L1,
                7);
    }

    private static JavaNetwork javaNetwork(String json, byte[] zip) {
        return new JavaNetwork(
                "id",
                json,
                zip,
                BenchmarkNetwork.SHAPE.channels(),
                BenchmarkNetwork.SHAPE.height(),
                BenchmarkNetwork.SHAPE.width(),
                BenchmarkNetwork.CLASSES,
                List.of(),
                ImportanceCriterion.L1,
                7);
    }
}

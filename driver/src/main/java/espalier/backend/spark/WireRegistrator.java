package espalier.backend.spark;

import com.esotericsoftware.kryo.Kryo;
import espalier.data.Augmentation;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.WholeNetwork;
import espalier.task.CheckpointReference;
import espalier.task.ImageAsset;
import espalier.task.ImportanceCriterion;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.task.WorkerInfo;
import espalier.train.LearningRateSchedule;
import espalier.train.TrainingPlan;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.nd4j.kryo.Nd4jSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Everything of ours that crosses Spark's wire. Named by {@code spark.kryo.registrator}. */
public final class WireRegistrator implements KryoRegistrator {
    private static final List<Class<? extends Record>> RECORDS = List.of(
            Trial.class,
            TrialResult.class,
            CheckpointReference.class,
            WorkerInfo.class,
            ImageAsset.class,
            NetworkAsset.class,
            ImageSet.class,
            Normalization.class,
            Augmentation.class,
            TensorShape.class,
            ChannelRecipe.class,
            RegularGraphRecipe.class,
            RegularGraphRecipe.Layers.class,
            WholeNetwork.class,
            TrainingPlan.class,
            LearningRateSchedule.class,
            Phase.InheritWeights.class,
            Phase.FreshWeights.class,
            Phase.GivenWeights.class,
            Phase.Recalibrate.class,
            Phase.Train.class,
            Phase.Evaluate.class,
            Phase.KeepNetwork.class,
            Phase.SaveCheckpoint.class,
            Phase.Resume.class);

    private static final List<Class<?>> VALUES = List.of(
            TrialStatus.class,
            ImportanceCriterion.class,
            Phase.Part.class,
            RegularGraphRecipe.Arrangement.class,
            LearningRateSchedule.Law.class,
            Augmentation.Flip.class,
            LinkedHashMap.class,
            byte[].class,
            int[].class,
            float[].class,
            double[].class);

    @Override
    public void registerClasses(Kryo kryo) {
        RECORDS.forEach(type -> kryo.register(type, new RecordSerializer(type)));
        VALUES.forEach(kryo::register);
        // Arrays travel where executors train one network together.
        kryo.addDefaultSerializer(INDArray.class, new Nd4jSerializer());
        ListSerializer lists = new ListSerializer();
        for (List<?> list :
                List.of(List.of(), List.of(1), List.of(1, 2, 3), Arrays.asList(1), Collections.emptyList())) {
            kryo.register(list.getClass(), lists);
        }
    }
}

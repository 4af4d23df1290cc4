package espalier.task;

import espalier.network.TensorShape;
import java.util.List;

/**
 * The original network of a study, sent to every executor once.
 *
 * @param id changes with the content; executors cache by it
 * @param configuration Deeplearning4j's JSON of the untrained graph
 * @param trained Deeplearning4j zip of the trained graph; empty while it is being trained
 * @param input shape of one image
 * @param classes number of classes
 * @param frozen patterns of layer names whose channels all stay; {@code *} and {@code ?} are wildcards
 * @param importance criterion that ranks channels
 * @param importanceSeed of the random criterion
 */
@SuppressWarnings("ArrayRecordComponent") // crosses the wire as it is; never compared
public record NetworkAsset(
        String id,
        String configuration,
        byte[] trained,
        TensorShape input,
        int classes,
        List<String> frozen,
        ImportanceCriterion importance,
        long importanceSeed) {
    public NetworkAsset {
        frozen = List.copyOf(frozen);
    }
}

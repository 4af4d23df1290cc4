package espalier.search;

import espalier.config.DataConfig;
import espalier.config.StudyConfig;
import espalier.config.TrainingConfig;
import espalier.data.Augmentation;
import espalier.rung.Rungs;
import espalier.task.CheckpointReference;
import espalier.task.Phase;
import espalier.task.Phase.Part;
import espalier.train.LearningRateSchedule;
import espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;

/** The phases of a study's kinds of trial. */
final class StudyPlans {
    static final String PRUNED = "pruned";
    static final String RECALIBRATED = "recalibrated";
    static final String TRAINED = "fine-tuned";
    static final String TEST = "test";

    private final StudyConfig config;
    private final boolean inherits;

    StudyPlans(StudyConfig config) {
        this.config = config;
        this.inherits = config.space().method().inherits();
    }

    /** Train a whole network, from the weights that the trial carries or from random ones, and keep it. */
    List<Phase> whole(boolean isGiven, TrainingConfig.Learning learning) {
        List<Phase> phases = new ArrayList<>();
        phases.add(isGiven ? new Phase.GivenWeights() : new Phase.FreshWeights());
        if (learning.epochs() > 0) {
            phases.add(new Phase.Train(whole(learning, isGiven)));
        }
        phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        phases.add(new Phase.KeepNetwork());
        return phases;
    }

    /** The schedule of a section for a whole network; one that brings its weights may be a masked winner. */
    TrainingPlan whole(TrainingConfig.Learning learning, boolean isGiven) {
        return isGiven ? subnetworks(learning) : plan(learning);
    }

    /** Whether phases end with the accuracy of a trained network. */
    static boolean measuresTrained(List<Phase> phases) {
        return phases.contains(new Phase.Evaluate(TRAINED, Part.VALIDATION));
    }

    /** The rungs that trials climb; a single one where none is stopped early. */
    Rungs rungs() {
        int epochs = config.training().fineTune().epochs();
        return new Rungs(config.stopping().stops() ? config.stopping().rungs(epochs) : List.of(epochs));
    }

    /**
     * A trial in one go: prune, measure, recalibrate, measure, fine-tune, measure; of an untrained network, prune, train, measure.
     *
     * @param epochs of the fine-tuning that are done
     */
    List<Phase> trial(int epochs) {
        List<Phase> phases = new ArrayList<>();
        if (inherits) {
            phases.add(new Phase.InheritWeights());
            phases.add(new Phase.Evaluate(PRUNED, Part.VALIDATION));
            recalibrate(phases);
            phases.add(new Phase.Evaluate(RECALIBRATED, Part.VALIDATION));
        } else {
            phases.add(new Phase.FreshWeights());
        }
        train(phases, epochs);
        return phases;
    }

    /**
     * One step of a trial on its way up the rungs. All steps of a trial together train as {@link #trial} does in one go.
     *
     * @param from what the step before left
     * @param checkpoint where this one is to leave the like; empty for nowhere
     */
    List<Phase> step(Rungs rungs, int step, CheckpointReference from, String checkpoint) {
        List<Phase> phases = step == 0 ? trial(rungs.epochs(0)) : climb(rungs, step, from);
        if (rungs.epochs(step) > 0 && !checkpoint.isEmpty()) {
            phases.add(new Phase.SaveCheckpoint(checkpoint));
        }
        return phases;
    }

    private List<Phase> climb(Rungs rungs, int step, CheckpointReference from) {
        List<Phase> before = new ArrayList<>();
        begin(before);
        int epochs = rungs.epochs(step - 1);
        List<Phase> phases = before;
        if (epochs > 0) {
            before.add(new Phase.Train(subnetworks(config.training().fineTune()), epochs));
            phases = new ArrayList<>(List.of(new Phase.Resume(from, before)));
        }
        train(phases, rungs.epochs(step));
        return phases;
    }

    /** Fine-tuning until some epoch of it. */
    private void train(List<Phase> phases, int epochs) {
        if (epochs > 0) {
            phases.add(new Phase.Train(subnetworks(config.training().fineTune()), epochs));
            phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        }
    }

    /** The full schedule, on inherited weights where the method inherits them. */
    List<Phase> retrained() {
        List<Phase> phases = new ArrayList<>();
        begin(phases);
        if (inherits) {
            phases.add(new Phase.Evaluate(RECALIBRATED, Part.VALIDATION));
        }
        return finished(phases);
    }

    /** The full schedule on random weights. */
    List<Phase> scratch() {
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase.FreshWeights());
        return finished(phases);
    }

    /** Nothing but the accuracy on the test images of the network that the trial carries. */
    List<Phase> test() {
        return List.of(new Phase.GivenWeights(), new Phase.Evaluate(TEST, Part.TEST));
    }

    private void begin(List<Phase> phases) {
        if (inherits) {
            phases.add(new Phase.InheritWeights());
            recalibrate(phases);
        } else {
            phases.add(new Phase.FreshWeights());
        }
    }

    private List<Phase> finished(List<Phase> phases) {
        TrainingConfig.Learning learning = config.training().retrain().learning();
        if (learning.epochs() > 0) {
            phases.add(new Phase.Train(subnetworks(learning)));
        }
        phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        phases.add(new Phase.KeepNetwork());
        return phases;
    }

    private void recalibrate(List<Phase> phases) {
        int batches = config.training().recalibrationBatches();
        if (batches > 0) {
            phases.add(new Phase.Recalibrate(batches, config.training().batchSize()));
        }
    }

    /** The schedule of a section for subnetworks: what is masked stays so. */
    TrainingPlan subnetworks(TrainingConfig.Learning learning) {
        return inherits ? plan(learning) : plan(learning).keepingZeros();
    }

    /** The schedule of a section, with what all of them share. */
    private TrainingPlan plan(TrainingConfig.Learning learning) {
        TrainingConfig training = config.training();
        DataConfig.Augmentation augmentation = config.data().augmentation();
        return new TrainingPlan(
                learning.epochs(),
                training.batchSize(),
                new LearningRateSchedule(
                        LearningRateSchedule.Law.valueOf(learning.schedule().name()),
                        learning.learningRate(),
                        learning.warmupEpochs(),
                        learning.milestones(),
                        learning.gamma()),
                training.momentum(),
                training.weightDecay(),
                training.labelSmoothing(),
                new Augmentation(
                        augmentation.pad(),
                        augmentation.flip() ? Augmentation.Flip.HORIZONTAL : Augmentation.Flip.NONE));
    }
}

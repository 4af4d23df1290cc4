package espalier.search;

import espalier.config.DataConfig;
import espalier.config.StudyConfig;
import espalier.config.TrainingConfig;
import espalier.data.Augmentation;
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

    StudyPlans(StudyConfig config) {
        this.config = config;
    }

    /** Train the original, from the weights that are given if there are any, and keep it. */
    List<Phase> original(boolean isGiven) {
        List<Phase> phases = new ArrayList<>();
        phases.add(isGiven ? new Phase.GivenWeights() : new Phase.FreshWeights());
        train(phases, config.training().base().learning());
        phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        phases.add(new Phase.KeepNetwork());
        return phases;
    }

    /** Prune, measure, recalibrate, measure, fine-tune, measure. */
    List<Phase> trial() {
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase.InheritWeights());
        phases.add(new Phase.Evaluate(PRUNED, Part.VALIDATION));
        recalibrate(phases);
        if (train(phases, config.training().fineTune())) {
            phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        }
        return phases;
    }

    /** The full schedule on inherited weights. */
    List<Phase> retrained() {
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase.InheritWeights());
        recalibrate(phases);
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

    /** Epochs of a trial's fine-tuning. */
    int trialEpochs() {
        return config.training().fineTune().epochs();
    }

    private List<Phase> finished(List<Phase> phases) {
        train(phases, config.training().retrain().learning());
        phases.add(new Phase.Evaluate(TRAINED, Part.VALIDATION));
        phases.add(new Phase.KeepNetwork());
        return phases;
    }

    private void recalibrate(List<Phase> phases) {
        int batches = config.training().recalibrationBatches();
        if (batches > 0) {
            phases.add(new Phase.Recalibrate(batches, config.training().batchSize()));
        }
        phases.add(new Phase.Evaluate(RECALIBRATED, Part.VALIDATION));
    }

    private boolean train(List<Phase> phases, TrainingConfig.Learning learning) {
        if (learning.epochs() == 0) {
            return false;
        }
        phases.add(new Phase.Train(plan(learning)));
        return true;
    }

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

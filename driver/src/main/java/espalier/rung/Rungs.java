package espalier.rung;

import java.util.List;

/**
 * Levels of effort, each a number of epochs of one and the same training. Rung 0 is recalibration without training; where a ladder does
 * without it, its lowest rung is rung 1.
 *
 * @param epochs at each rung, rising
 */
public record Rungs(List<Integer> epochs) {
    /** @throws IllegalArgumentException if there is none, or they do not rise */
    public Rungs {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty() || !epochs.stream().sorted().distinct().toList().equals(epochs) || epochs.get(0) < 0) {
            throw new IllegalArgumentException("epochs of the rungs are " + epochs + "; at least one number, rising");
        }
    }

    public int count() {
        return epochs.size();
    }

    /** The rung at a step of the ladder. */
    public int number(int step) {
        return epochs.get(0) == 0 ? step : step + 1;
    }

    /** Epochs of training at a step of the ladder. */
    public int epochs(int step) {
        return epochs.get(step);
    }

    /** The highest rung. */
    public int highest() {
        return number(count() - 1);
    }

    /** Epochs of training at a rung; none at rung 0, also where that is no step of the ladder. */
    public int epochsAt(int rung) {
        return rung == 0 ? 0 : epochs(rung - number(0));
    }

    public boolean isLast(int step) {
        return step + 1 == epochs.size();
    }
}

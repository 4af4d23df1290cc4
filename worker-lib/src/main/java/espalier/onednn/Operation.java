package espalier.onednn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes one value of others. */
sealed interface Operation {
    List<Value> inputs();

    Value output();

    /** What reads one value. */
    sealed interface OfOne extends Operation {
        Value input();

        @Override
        default List<Value> inputs() {
            return List.of(input());
        }
    }

    /** What is linear in its weights. */
    sealed interface Linear extends OfOne {
        Parameter weights();

        @Nullable
        Parameter bias();
    }

    /**
     * A convolution.
     *
     * @param weights {@code [O, I, kH, kW]}, or {@code [G, O, I, kH, kW]} if there is more than one group
     * @param bias {@code [O]}
     */
    record Convolution(
            Value input,
            Value output,
            Window window,
            Parameter weights,
            @Nullable Parameter bias) implements Linear {}

    /**
     * A linear map of all features.
     *
     * @param weights {@code [O, C, H, W]}
     * @param bias {@code [O]}
     */
    record Dense(
            Value input,
            Value output,
            Parameter weights,
            @Nullable Parameter bias) implements Linear {}

    /**
     * Batch normalization.
     *
     * @param layer its name
     * @param scaleShift gamma and behind it beta, {@code [2, C]}
     * @param mean the running one, {@code [C]}
     * @param variance the running one, {@code [C]}
     * @param logarithmic whether the parameter holds the logarithm, to base 10, of the standard deviation instead
     * @param decay weight of the running statistics when they meet those of a batch
     * @param relu whether a rectifier follows
     */
    record BatchNorm(
            String layer,
            Value input,
            Value output,
            Parameter scaleShift,
            Parameter mean,
            Parameter variance,
            boolean logarithmic,
            double epsilon,
            double decay,
            boolean relu)
            implements OfOne {
        /** The running variance that a value of the parameter stands for. */
        double runningVariance(double parameter) {
            return logarithmic ? Math.pow(10, 2 * parameter) : parameter;
        }

        /** What, subtracted from a parameter of the running variance, moves it towards the variance of a batch. */
        double pseudoGradient(double parameter, double batch) {
            if (!logarithmic) {
                return (1 - decay) * (parameter - batch);
            }
            double running = runningVariance(parameter);
            return Math.log10(running / (decay * running + (1 - decay) * batch)) / 2;
        }
    }

    /** A function of single numbers. */
    record Activation(Value input, Value output, Function function) implements OfOne {
        enum Function {
            RELU,
            RELU6,
            SIGMOID,
            TANH
        }
    }

    /**
     * The sum of two values.
     *
     * @param relu whether a rectifier follows
     */
    record Sum(Value left, Value right, Value output, boolean relu) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(left, right);
        }
    }

    /** The largest or the mean value in a window. */
    record Pooling(Value input, Value output, Window window, Kind kind) implements OfOne {
        enum Kind {
            MAX,
            MEAN,
            /** The mean counts the padding as zeros. */
            MEAN_WITH_PADDING
        }
    }

    /** Channels of some values, put side by side; channels that no part fills are zero. */
    record Placement(List<Part> parts, Value output) implements Operation {

        /**
         * A run of channels.
         *
         * @param from its first channel in the input
         * @param to its first channel in the output
         * @param count its length
         */
        record Part(Value input, int from, int to, int count) {}

        public Placement {
            parts = List.copyOf(parts);
        }

        @Override
        public List<Value> inputs() {
            return parts.stream().map(Part::input).toList();
        }
    }

    /**
     * A convolution with what follows it; in inference alone.
     *
     * @param norm the batch normalization behind the convolution
     * @param addend what is then added; its memory becomes that of the output
     * @param relu whether a rectifier ends it
     */
    record FusedConvolution(
            Convolution convolution,
            @Nullable BatchNorm norm,
            @Nullable Value addend,
            boolean relu,
            Value output) implements Operation {
        @Override
        public List<Value> inputs() {
            return addend == null ? convolution.inputs() : List.of(convolution.input(), addend);
        }

        /** Whether something can still be added to it. */
        boolean isOpen() {
            return addend == null && !relu;
        }
    }
}

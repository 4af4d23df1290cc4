package espalier.cost;

import espalier.cost.LatencyTable.Grid;
import espalier.network.ChannelGroup;
import espalier.network.ChannelLayout;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Costs any subnetwork of one network from its widths alone; nothing is built.
 *
 * <p>Compiled once: a layer's cost is a product of two sums of widths, so that a subnetwork of a network of 57 layers
 * takes well under a microsecond. Immutable and safe for many threads.
 */
public final class ComplexityCounter {
    private final Layer[] layers;
    private final LatencyTable latencies;
    private final int[] fullWidths;
    private final Complexity original;

    private ComplexityCounter(Layer[] layers, LatencyTable latencies, int[] fullWidths) {
        this.layers = layers;
        this.latencies = latencies;
        this.fullWidths = fullWidths;
        this.original = count(fullWidths);
    }

    /** Compiles the counter of a network, without a prediction of latency. */
    public static ComplexityCounter of(NetworkGraph network) {
        return of(network, LatencyTable.NONE);
    }

    /**
     * Compiles the counter of a network.
     *
     * @param latencies of all of its convolution and dense layers, or {@link LatencyTable#NONE}
     * @throws IllegalArgumentException if a layer is missing there
     */
    public static ComplexityCounter of(NetworkGraph network, LatencyTable latencies) {
        List<ChannelGroup> groups = network.prunableGroups();
        int[] groupOfUnit = new int[network.units()];
        Arrays.fill(groupOfUnit, -1);
        for (int group = 0; group < groups.size(); group++) {
            int first = groups.get(group).firstUnit();
            Arrays.fill(groupOfUnit, first, first + groups.get(group).width(), group);
        }
        int[] widths = groups.stream().mapToInt(ChannelGroup::width).toArray();
        List<Layer> layers = new ArrayList<>();
        for (NetworkNode node : network.nodes()) {
            if (node.spec().hasCost()) {
                Channels input = Channels.of(network.inputLayout(node.name()), groupOfUnit, widths);
                Channels output = Channels.of(network.outputLayout(node.name()), groupOfUnit, widths);
                layers.add(Layer.of(node, grid(latencies, node.name()), input, output));
            }
        }
        return new ComplexityCounter(layers.toArray(Layer[]::new), latencies, widths);
    }

    private static @Nullable Grid grid(LatencyTable latencies, String layer) {
        Grid grid = latencies.grid(layer);
        if (grid == null && !latencies.isEmpty()) {
            throw new IllegalArgumentException("the latency table has no layer '" + layer
                    + "'; measure the table for this network with 'latency-table'");
        }
        return grid;
    }

    /** Cost of the unpruned network. */
    public Complexity original() {
        return original;
    }

    /** What latency is predicted from. */
    public LatencyTable latencies() {
        return latencies;
    }

    /** Widths of the unpruned network's prunable groups. */
    public int[] fullWidths() {
        return fullWidths.clone();
    }

    /**
     * Cost of a subnetwork.
     *
     * @param widths kept channels, one for each prunable group in the network's order; not checked
     */
    public Complexity count(int[] widths) {
        long macs = 0;
        long parameters = 0;
        long activations = 0;
        double milliseconds = 0;
        for (Layer layer : layers) {
            long inputs = layer.input.at(widths);
            long outputs = layer.output.at(widths);
            long weights = layer.kernel * inputs * outputs;
            milliseconds += layer.latency == null ? 0 : layer.latency.at(inputs, outputs);
            macs += weights * layer.area;
            parameters += weights + (layer.bias ? outputs : 0);
            activations += outputs * layer.area;
        }
        return new Complexity(macs, parameters, activations, milliseconds);
    }

    /** Multiply-adds alone, for samplers that search for a budget. */
    public long macs(int[] widths) {
        long macs = 0;
        for (Layer layer : layers) {
            macs += layer.kernel * layer.area * layer.input.at(widths) * layer.output.at(widths);
        }
        return macs;
    }

    /** Cost by layer, in the network's order. */
    public Map<String, Complexity> countByLayer(int[] widths) {
        Map<String, Complexity> costs = new LinkedHashMap<>();
        for (Layer layer : layers) {
            costs.put(layer.name, new ComplexityCounter(new Layer[] {layer}, latencies, widths).original());
        }
        return costs;
    }

    /** Kernel positions times input channels that one output looks at times output channels, at every position of the output. */
    private record Layer(
            String name,
            long kernel,
            long area,
            boolean bias,
            @Nullable Grid latency,
            Channels input,
            Channels output) {

        static Layer of(NetworkNode node, @Nullable Grid latency, Channels input, Channels output) {
            String name = node.name();
            long area = node.output().area();
            if (node.spec() instanceof LayerSpec.Convolution convolution) {
                long kernel = (long) convolution.kernelHeight() * convolution.kernelWidth();
                return new Layer(name, kernel, area, convolution.bias(), latency, input, output);
            }
            if (node.spec() instanceof LayerSpec.DepthwiseConvolution depthwise) {
                long kernel = (long) depthwise.kernelHeight() * depthwise.kernelWidth();
                return new Layer(name, kernel, area, depthwise.bias(), latency, Channels.ONE, output);
            }
            boolean bias = node.spec() instanceof LayerSpec.Dense dense && dense.bias();
            return new Layer(name, 1, area, bias, latency, input, output);
        }
    }

    /** Number of channels of a tensor: a constant for frozen groups, plus a multiple of each prunable group's width. */
    @SuppressWarnings("ArrayRecordComponent") // private, never shared, read in the innermost loop
    private record Channels(long constant, int[] groups, int[] multiples) {
        static final Channels ONE = new Channels(1, new int[0], new int[0]);

        static Channels of(ChannelLayout layout, int[] groupOfUnit, int[] widths) {
            long constant = 0;
            Map<Integer, Integer> uses = new LinkedHashMap<>();
            for (int channel = 0; channel < layout.channels(); channel++) {
                int group = groupOfUnit[layout.unit(channel)];
                if (group < 0) {
                    constant++;
                } else {
                    uses.merge(group, 1, Integer::sum);
                }
            }
            int[] groups = uses.keySet().stream().mapToInt(Integer::intValue).toArray();
            int[] multiples = uses.entrySet().stream()
                    .mapToInt(use -> use.getValue() / widths[use.getKey()])
                    .toArray();
            return new Channels(constant, groups, multiples);
        }

        long at(int[] widths) {
            long channels = constant;
            for (int i = 0; i < groups.length; i++) {
                channels += (long) multiples[i] * widths[groups[i]];
            }
            return channels;
        }
    }
}

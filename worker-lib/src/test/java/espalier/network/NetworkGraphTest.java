package espalier.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkGraphTest {
    private final List<NetworkNode> nodes = new ArrayList<>();

    @Test
    void aSumMakesOneGroupOfItsProducers() {
        input(3);
        convolution("a", 4, "input");
        convolution("b", 4, "a");
        node("sum", new LayerSpec.Sum(), 4, "a", "b");
        classifier("sum");
        NetworkGraph graph = graph();
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::producers).containsExactly(List.of("a", "b"));
        assertThat(graph.prunableGroups().get(0).width()).isEqualTo(4);
    }

    @Test
    void inputAndOutputStay() {
        input(3);
        convolution("a", 4, "input");
        classifier("a");
        assertThat(graph().groups())
                .extracting(ChannelGroup::name, ChannelGroup::frozenBecause)
                .containsExactly(
                        tuple("input", "network input"), tuple("a", ""), tuple("classifier", "network output"));
    }

    @Test
    void concatenationKeepsItsPartsApart() {
        input(3);
        convolution("a", 4, "input");
        convolution("b", 2, "input");
        node("concat", new LayerSpec.Concatenation(), 6, "a", "b");
        classifier("concat");
        NetworkGraph graph = graph();
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::name).containsExactly("a", "b");
        BitSet kept = all(graph);
        kept.clear(graph.prunableGroups().get(1).firstUnit());
        assertThat(graph.outputLayout("concat").keptChannels(kept)).containsExactly(0, 1, 2, 3, 5);
    }

    @Test
    void concatenationOfATensorWithItselfLosesBothCopies() {
        input(3);
        convolution("a", 3, "input");
        node("concat", new LayerSpec.Concatenation(), 6, "a", "a");
        classifier("concat");
        NetworkGraph graph = graph();
        BitSet kept = all(graph);
        kept.clear(graph.prunableGroups().get(0).firstUnit() + 1);
        assertThat(graph.outputLayout("concat").keptChannels(kept)).containsExactly(0, 2, 3, 5);
    }

    @Test
    void sumOfConcatenationsCouplesChannelByChannel() {
        input(3);
        convolution("a", 2, "input");
        convolution("b", 4, "input");
        convolution("c", 6, "input");
        node("concat", new LayerSpec.Concatenation(), 6, "a", "b");
        node("sum", new LayerSpec.Sum(), 6, "concat", "c");
        classifier("sum");
        assertThat(graph().prunableGroups())
                .extracting(ChannelGroup::producers, ChannelGroup::width)
                .containsExactly(tuple(List.of("a", "c"), 2), tuple(List.of("b", "c"), 4));
    }

    @Test
    void flattenRepeatsAChannelForEveryPosition() {
        input(3);
        nodes.add(new NetworkNode(
                "a", new LayerSpec.Convolution(3, 3, true), List.of("input"), new TensorShape(2, 2, 2)));
        node("flat", new LayerSpec.Flatten(), 8, "a");
        classifier("flat");
        NetworkGraph graph = graph();
        BitSet kept = all(graph);
        kept.clear(graph.prunableGroups().get(0).firstUnit());
        assertThat(graph.inputLayout("classifier").keptChannels(kept)).containsExactly(4, 5, 6, 7);
    }

    @Test
    void aDepthwiseConvolutionPassesEveryChannelOn() {
        input(3);
        convolution("a", 2, "input");
        node("depthwise", new LayerSpec.DepthwiseConvolution(3, 3, 2, false), 4, "a");
        classifier("depthwise");
        NetworkGraph graph = graph();
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::producers).containsExactly(List.of("a"));
        BitSet kept = all(graph);
        kept.clear(graph.prunableGroups().get(0).firstUnit());
        assertThat(graph.outputLayout("depthwise").keptChannels(kept)).containsExactly(2, 3);
    }

    @Test
    void channelsThatStandInDifferentTensorsArePrunedApart() {
        input(3);
        convolution("a", 5, "input");
        node("left", new LayerSpec.Subset(0, 1), 2, "a");
        node("right", new LayerSpec.Subset(2, 4), 3, "a");
        convolution("b", 4, "left");
        convolution("c", 4, "right");
        node("concat", new LayerSpec.Concatenation(), 8, "b", "c");
        classifier("concat");
        assertThat(graph().prunableGroups())
                .extracting(ChannelGroup::name, ChannelGroup::width)
                .containsExactly(tuple("a[0-1]", 2), tuple("a[2-4]", 3), tuple("b", 4), tuple("c", 4));
    }

    @Test
    void aShortcutPaddedWithZerosCouplesTheStagesAtAnOffset() {
        input(3);
        convolution("narrow", 2, "input");
        convolution("wide", 6, "narrow");
        node("first", new LayerSpec.Subset(0, 1), 2, "wide");
        node("last", new LayerSpec.Subset(4, 5), 2, "wide");
        node("padded", new LayerSpec.Concatenation(), 6, "first", "narrow", "last");
        node("sum", new LayerSpec.Sum(), 6, "wide", "padded");
        classifier("sum");
        assertThat(graph().prunableGroups())
                .extracting(ChannelGroup::name, ChannelGroup::producers, ChannelGroup::width)
                .containsExactly(
                        tuple("narrow", List.of("narrow", "wide"), 2),
                        tuple("wide[0-1]", List.of("wide"), 2),
                        tuple("wide[4-5]", List.of("wide"), 2));
    }

    @Test
    void whatIsNotUnderstoodFreezesWhatItTouchesAndSaysSo() {
        input(3);
        convolution("a", 4, "input");
        node("odd", new LayerSpec.Opaque("Mystery"), 4, "a");
        convolution("b", 4, "odd");
        classifier("b");
        NetworkGraph graph = graph();
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::name).containsExactly("b");
        assertThat(graph.groups().get(1).frozenBecause()).isEqualTo("touched by 'odd' (Mystery)");
    }

    @Test
    void oneLayerMayStandInSeveralGroups() {
        input(3);
        convolution("a", 4, "input");
        convolution("b", 2, "input");
        convolution("c", 2, "input");
        node("concat", new LayerSpec.Concatenation(), 4, "b", "c");
        node("sum", new LayerSpec.Sum(), 4, "a", "concat");
        classifier("sum");
        // Channels of a are coupled to b or to c: two groups, and a alone uses each of them only in part but evenly.
        assertThat(graph().prunableGroups()).extracting(ChannelGroup::width).containsExactly(2, 2);
    }

    @Test
    void frozenByNameStays() {
        input(3);
        convolution("a", 4, "input");
        convolution("b", 4, "a");
        classifier("b");
        NetworkGraph graph = NetworkGraph.of(nodes, Set.of("classifier"), "a"::equals);
        assertThat(graph.prunableGroups()).extracting(ChannelGroup::name).containsExactly("b");
    }

    @Test
    void refusesWhatDoesNotFit() {
        input(3);
        convolution("a", 4, "input");
        convolution("b", 5, "input");
        node("sum", new LayerSpec.Sum(), 4, "a", "b");
        assertThatThrownBy(() -> NetworkGraph.of(nodes, Set.of("sum"), name -> false))
                .hasMessage("node 'sum' adds 4 channels to 5; the counts must be equal");
        assertThatThrownBy(() -> NetworkGraph.of(nodes.subList(1, 2), Set.of("a"), name -> false))
                .hasMessage(
                        "node 'a' reads 'input', which does not stand before it; give the nodes in topological order");
        assertThatThrownBy(() -> NetworkGraph.of(nodes.subList(0, 2), Set.of("z"), name -> false))
                .hasMessage("output 'z' is not a node of the network");
        nodes.set(2, new NetworkNode("part", new LayerSpec.Subset(2, 4), List.of("a"), new TensorShape(3, 4, 4)));
        assertThatThrownBy(() -> NetworkGraph.of(nodes.subList(0, 3), Set.of("part"), name -> false))
                .hasMessage("node 'part' takes the channels 2 to 4 of 4; "
                        + "the last one must be below the number of channels");
    }

    private void input(int channels) {
        nodes.add(new NetworkNode("input", new LayerSpec.Input(), List.of(), new TensorShape(channels, 4, 4)));
    }

    private void convolution(String name, int outputs, String input) {
        node(name, new LayerSpec.Convolution(3, 3, false), outputs, input);
    }

    private void node(String name, LayerSpec spec, int channels, String... inputs) {
        nodes.add(new NetworkNode(name, spec, List.of(inputs), new TensorShape(channels, 4, 4)));
    }

    private void classifier(String input) {
        nodes.add(new NetworkNode("classifier", new LayerSpec.Dense(true), List.of(input), TensorShape.vector(10)));
    }

    private NetworkGraph graph() {
        return NetworkGraph.of(nodes, Set.of("classifier"), name -> false);
    }

    private static BitSet all(NetworkGraph graph) {
        BitSet all = new BitSet();
        all.set(0, graph.units());
        return all;
    }
}

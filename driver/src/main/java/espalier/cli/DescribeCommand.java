package espalier.cli;

import espalier.config.StudyConfig;
import espalier.config.TrainingConfig;
import espalier.cost.Complexity;
import espalier.network.ChannelGroup;
import espalier.network.NetworkGraph;
import espalier.search.FirstRound;
import espalier.search.StudyContext;
import espalier.space.Acceptance;
import espalier.space.ChannelSpace;
import espalier.space.UniformRejection;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code describe}: what a study is about, without training anything. */
@Command(
        name = "describe",
        description = "Shows a network's channel groups and costs, a space's acceptance, and what a study will cost.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(
            names = "--draws",
            description = "draws that acceptance is measured with; default: ${DEFAULT-VALUE}",
            defaultValue = "20000")
    private int draws;

    @Option(
            names = "--check",
            description = "prune 10 subnetworks, or as many as given, and compare every layer of each with the"
                    + " original's whose removed channels are zero",
            arity = "0..1",
            fallbackValue = "10",
            defaultValue = "0",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private int check;

    @Override
    public Integer call() {
        StudyContext study = Studies.load(options.read());
        PrintStream out = System.out;
        out.println(Studies.summary(study));
        study.network().given().ifPresent(given -> given.notes().forEach(note -> out.println("note: " + note)));
        groups(study.network().graph(), out);
        if (study.space() instanceof ChannelSpace space) {
            layers(space, out);
            space(space, out);
        }
        cost(study, out);
        if (check > 0) {
            out.println();
            out.println("check: " + study.method().check(study, check));
        }
        return 0;
    }

    private static void groups(NetworkGraph network, PrintStream out) {
        out.println();
        out.printf("%-28s %6s  %s%n", "channel group", "width", "produced by");
        for (ChannelGroup group : network.groups()) {
            String note = group.prunable() ? "" : "   [kept whole: " + group.frozenBecause() + "]";
            String producers = group.producers().size() <= 3
                    ? String.join(", ", group.producers())
                    : group.producers().get(0) + " and " + (group.producers().size() - 1) + " more";
            out.printf("%-28s %6d  %s%s%n", group.name(), group.width(), producers, note);
        }
    }

    private static void layers(ChannelSpace space, PrintStream out) {
        Complexity original = space.counter().original();
        out.println();
        out.printf("%-28s %15s %6s %13s %6s%n", "layer", "MACs", "%", "parameters", "%");
        Map<String, Complexity> layers =
                space.counter().countByLayer(space.counter().fullWidths());
        layers.forEach((name, cost) -> out.printf(
                "%-28s %,15d %6.2f %,13d %6.2f%n",
                name,
                cost.macs(),
                100 * cost.flopsKept(original),
                cost.parameters(),
                100 * cost.parametersKept(original)));
        out.printf("%-28s %,15d %6s %,13d%n", "all", original.macs(), "", original.parameters());
        out.println("MACs and parameters of convolution and dense layers, biases included, batch normalization not;"
                + " %.3f MACs a parameter".formatted(original.flopsToParameters()));
    }

    private void space(ChannelSpace space, PrintStream out) {
        Acceptance acceptance = new UniformRejection(space).acceptance(draws, 1);
        out.println();
        out.println("space: FLOPs " + space.constraints().regime() + ", "
                + space.constraints().bands());
        out.println("FLOPs within reach: " + space.flopsRange());
        out.println("mCB within reach in this regime: " + space.mcbRange());
        out.println("plain rejection sampling accepts " + acceptance);
    }

    private static void cost(StudyContext study, PrintStream out) {
        StudyConfig config = study.config();
        TrainingConfig training = config.training();
        int images = study.images().training().count();
        double kept = flopsKept(study);
        double macs = study.method().original().macs();
        int trials = config.search().rounds() * config.search().trialsPerRound();
        long finals = (long) (training.retrain().candidates() + 3)
                * training.retrain().seeds();
        double originals =
                (double) training.base().seeds() * training.base().learning().epochs() * images * macs;
        double search = (double) trials * training.fineTune().epochs() * images * macs * kept;
        double last = (double) finals * training.retrain().learning().epochs() * images * macs * kept;
        out.println();
        out.println("this study trains (forward MACs; a backward pass takes about twice as many again):");
        line(
                out,
                "original network",
                training.base().seeds(),
                training.base().learning().epochs(),
                originals);
        line(
                out,
                config.stopping().stops() ? "search, at most" : "search",
                trials,
                training.fineTune().epochs(),
                search);
        line(out, "final", finals, training.retrain().learning().epochs(), last);
    }

    /** Of the recipes that the study tries. */
    private static double flopsKept(StudyContext study) {
        return study.space().features(FirstRound.draw(study).recipes().get(0)).flopsKept();
    }

    private static void line(PrintStream out, String what, long trials, int epochs, double macs) {
        out.printf("  %-18s %,8d trials x %3d epochs  %12.3f TMACs%n", what, trials, epochs, macs / 1e12);
    }
}

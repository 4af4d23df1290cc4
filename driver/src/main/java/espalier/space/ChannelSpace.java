package espalier.space;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.cost.LatencyTable;
import espalier.network.NetworkGraph;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.WholeNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The recipes of one network that keep a given share of its FLOPs, inside optional bands: a pruning space (network
 * pruning spaces, arXiv 2304.09453; a reconstruction).
 *
 * <p>Everything is decided on the widths that a recipe really yields, by {@link #contains}. Immutable and safe for many
 * threads. A space checks itself when it is made: one that holds no recipe is a {@link SpaceException}.
 */
public final class ChannelSpace implements PruningSpace {
    /** Mean computation budget, see {@link RecipeFeatures#mcb}. */
    public static final String MCB = "mcb";

    /** Standard deviation of a recipe's ratios. */
    public static final String SPREAD = "spread";

    /** Weight of a distance in parameters, mCB or spread against one FLOPs tolerance, when a recipe is moved inside. */
    static final double BAND_WEIGHT = 100;

    /** Pushes a recipe off the edge of an excluded box. */
    private static final double EDGE = 1e-6;

    private final NetworkGraph network;
    private final ComplexityCounter counter;
    private final Complexity original;
    private final SpaceConstraints constraints;
    private final WidthLattice lattice;
    private final Band flops;

    private ChannelSpace(NetworkGraph network, ComplexityCounter counter, SpaceConstraints constraints) {
        this.network = network;
        this.counter = counter;
        this.original = counter.original();
        this.constraints = constraints;
        this.lattice = WidthLattice.of(network.prunableGroups(), constraints.limits(), constraints.keepRatios());
        this.flops = constraints.regime().band();
    }

    private ChannelSpace checked() {
        new Reach(this).requireMember();
        return this;
    }

    /**
     * A space of a network.
     *
     * @throws SpaceException if no recipe meets the constraints
     */
    public static ChannelSpace of(NetworkGraph network, SpaceConstraints constraints) {
        return of(network, LatencyTable.NONE, constraints);
    }

    /**
     * A space of a network whose latency is predicted.
     *
     * @throws SpaceException if no recipe meets the constraints
     */
    public static ChannelSpace of(NetworkGraph network, LatencyTable latencies, SpaceConstraints constraints) {
        if (network.prunableGroups().isEmpty()) {
            throw new SpaceException("the network has no prunable channel group; freeze fewer layers");
        }
        return new ChannelSpace(network, ComplexityCounter.of(network, latencies), constraints).checked();
    }

    /** A regime under the standard width limits. */
    public static ChannelSpace of(NetworkGraph network, FlopsRegime regime) {
        return of(network, SpaceConstraints.of(regime, WidthLimits.STANDARD));
    }

    /** This network's space under other constraints. */
    public ChannelSpace with(SpaceConstraints changed) {
        return new ChannelSpace(network, counter, changed).checked();
    }

    public ChannelSpace withRegime(FlopsRegime regime) {
        return with(constraints.withRegime(regime));
    }

    /** With a band for the share of parameters that is left. */
    public ChannelSpace withParametersKept(Band band) {
        return with(constraints.withBands(constraints.bands().withParametersKept(band)));
    }

    /** With a band for the mean computation budget. */
    public ChannelSpace withMcb(Band band) {
        return with(constraints.withBands(constraints.bands().withMcb(band)));
    }

    /** With a band for the standard deviation of a recipe's ratios: an STD space. */
    public ChannelSpace withSpread(Band band) {
        return with(constraints.withBands(constraints.bands().withSpread(band)));
    }

    /** With a band for the keep-ratio of one group. */
    public ChannelSpace withKeepRatio(String group, Band band) {
        return with(constraints.withKeepRatio(group, band));
    }

    /** Without the recipes in a box: the negated space, if the box is what a refinement narrowed the space to. */
    public ChannelSpace without(FeatureBands box) {
        return with(constraints.withExclusion(box));
    }

    public NetworkGraph network() {
        return network;
    }

    public ComplexityCounter counter() {
        return counter;
    }

    public SpaceConstraints constraints() {
        return constraints;
    }

    WidthLattice lattice() {
        return lattice;
    }

    /**
     * Whether a recipe belongs to the space.
     *
     * @param widths kept channels, one for each prunable group in the network's order
     */
    public boolean contains(int[] widths) {
        requireLength(widths);
        for (int group = 0; group < widths.length; group++) {
            if (!lattice.contains(group, widths[group])) {
                return false;
            }
        }
        return flops.contains((double) counter.macs(widths) / original.macs())
                && admits(counter.count(widths), lattice.spread(widths));
    }

    @Override
    public boolean contains(Recipe recipe) {
        return recipe instanceof ChannelRecipe channels && contains(channels.toArray());
    }

    private boolean admits(Complexity cost, double spread) {
        double parametersKept = cost.parametersKept(original);
        double mcb = cost.meanComputationBudget(original);
        if (!constraints.latencyKept().contains(cost.latencyKept(original))
                || !constraints.bands().contains(parametersKept, mcb, spread)) {
            return false;
        }
        for (FeatureBands box : constraints.exclusions()) {
            if (box.contains(parametersKept, mcb, spread)) {
                return false;
            }
        }
        return true;
    }

    /** Why a recipe does not belong to the space, one constraint an entry: its name, the value, the limits. */
    public List<String> violations(int[] widths) {
        requireLength(widths);
        List<String> violations = new ArrayList<>();
        for (int group = 0; group < widths.length; group++) {
            if (!lattice.contains(group, widths[group])) {
                violations.add(widthViolation(group, widths[group]));
            }
        }
        RecipeFeatures features = features(widths);
        FeatureBands bands = constraints.bands();
        check(violations, "FLOPs kept", features.flopsKept(), flops);
        check(violations, "latency kept", features.latencyKept(), constraints.latencyKept());
        check(violations, "parameters kept", features.parametersKept(), bands.parametersKept());
        check(violations, "mCB", features.mcb(), bands.mcb());
        check(violations, "spread", features.spread(), bands.spread());
        for (FeatureBands box : constraints.exclusions()) {
            if (box.contains(features.parametersKept(), features.mcb(), features.spread())) {
                violations.add("mCB " + Numbers.text(features.mcb()) + " and spread " + Numbers.text(features.spread())
                        + " lie in the excluded box: " + box);
            }
        }
        return violations;
    }

    private String widthViolation(int group, int width) {
        String steps = lattice.divisor() == 1 ? "" : ", in multiples of " + lattice.divisor();
        return "width of '" + network.prunableGroups().get(group).name() + "' is " + width + ", outside "
                + lattice.lowest(group) + " to " + lattice.highest(group) + steps;
    }

    private static void check(List<String> violations, String constraint, double value, Band band) {
        if (!band.contains(value)) {
            violations.add(constraint + " is " + Numbers.text(value) + ", outside " + band);
        }
    }

    /** What is known of a recipe, inside the space or not. */
    public RecipeFeatures features(int[] widths) {
        requireLength(widths);
        Complexity cost = counter.count(widths);
        List<Double> ratios = new ArrayList<>(widths.length);
        for (int group = 0; group < widths.length; group++) {
            ratios.add(lattice.ratio(group, widths[group]));
        }
        return new RecipeFeatures(
                cost,
                cost.flopsKept(original),
                cost.parametersKept(original),
                cost.latencyKept(original),
                cost.meanComputationBudget(original),
                lattice.spread(widths),
                ratios,
                Map.of());
    }

    @Override
    public RecipeFeatures features(Recipe recipe) {
        if (recipe instanceof WholeNetwork) {
            return features(counter.fullWidths());
        }
        if (recipe instanceof ChannelRecipe channels) {
            return features(channels.toArray());
        }
        throw new IllegalArgumentException("a recipe of method '" + recipe.method() + "' has no channels to count");
    }

    @Override
    public Map<String, Band> bands() {
        Map<String, Band> bands = new LinkedHashMap<>();
        bands.put(MCB, constraints.bands().mcb());
        bands.put(SPREAD, constraints.bands().spread());
        return bands;
    }

    @Override
    public ChannelSpace within(Map<String, Band> bands) {
        FeatureBands own = constraints.bands();
        return with(constraints.withBands(
                own.withMcb(bands.getOrDefault(MCB, own.mcb())).withSpread(bands.getOrDefault(SPREAD, own.spread()))));
    }

    @Override
    public ChannelSpace without(PruningSpace narrower) {
        return without(((ChannelSpace) narrower).constraints.bands());
    }

    @Override
    public Map<String, Object> constants() {
        Map<String, Object> constants = new LinkedHashMap<>();
        constants.put("flops", constraints.regime().kept());
        constants.put("tolerance", constraints.regime().tolerance());
        constants.put("parameters", constraints.bands().parametersKept());
        return constants;
    }

    @Override
    public String description() {
        return "FLOPs " + constraints.regime() + ", " + constraints.bands();
    }

    /** Shares of the FLOPs that the smallest and the largest subnetwork keep; the regime is not looked at. */
    public Band flopsRange() {
        return new Band(
                (double) counter.macs(lattice.smallest()) / original.macs(),
                (double) counter.macs(lattice.largest()) / original.macs());
    }

    /** Range of mCB that recipes of the FLOPs regime and the latency band reach, other bands not looked at; found by search, so rather too narrow. */
    public Band mcbRange() {
        return new Reach(this).mcbRange();
    }

    /**
     * Largest share of the FLOPs that one step of one group's width makes up. A regime's tolerance of at least this can
     * be met from any recipe nearby by changing a single group; below it the choice of recipes gets thin.
     */
    public double filterStep() {
        int[] widths = lattice.largest();
        long macs = counter.macs(widths);
        long step = 0;
        for (int group = 0; group < widths.length; group++) {
            int width = widths[group];
            widths[group] = lattice.down(group, width);
            step = Math.max(step, macs - counter.macs(widths));
            widths[group] = width;
        }
        return (double) step / original.macs();
    }

    /** How far a recipe of allowed widths is from the space: 0 inside, 1 at one more FLOPs tolerance outside. */
    double misfit(Complexity cost, double spread) {
        double parametersKept = cost.parametersKept(original);
        double mcb = cost.meanComputationBudget(original);
        double outside = constraints.bands().distance(parametersKept, mcb, spread);
        for (FeatureBands box : constraints.exclusions()) {
            if (box.contains(parametersKept, mcb, spread)) {
                outside += box.depth(parametersKept, mcb, spread) + EDGE;
            }
        }
        return budgetMisfit(cost) + BAND_WEIGHT * outside;
    }

    /** Distance from the regime in units of its tolerance, and from the latencies that are allowed; 0 inside. */
    double budgetMisfit(Complexity cost) {
        return flops.distance(cost.flopsKept(original)) / constraints.regime().tolerance()
                + BAND_WEIGHT * constraints.latencyKept().distance(cost.latencyKept(original));
    }

    private void requireLength(int[] widths) {
        if (widths.length != lattice.groups()) {
            throw new IllegalArgumentException("recipe " + Arrays.toString(widths) + " has " + widths.length
                    + " widths; the network has " + lattice.groups() + " prunable groups");
        }
    }
}

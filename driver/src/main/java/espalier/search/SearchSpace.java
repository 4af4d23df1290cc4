package espalier.search;

import espalier.space.PruningSpace;
import java.util.List;
import java.util.Optional;

/**
 * The space that a round searches, with where it came from.
 *
 * @param id its id in the tables
 * @param space recipes are drawn from it
 * @param parentId id of the space that it refines, if it does
 * @param parent the space that it refines, if it does; its part outside of this space is the control
 */
record SearchSpace(String id, PruningSpace space, Optional<String> parentId, Optional<PruningSpace> parent) {
    /** Trials of a space that was not refined. */
    static final String INITIAL = "initial";

    /** Trials of a refined space. */
    static final String REFINED = "refined";

    /** Trials of the parent space outside of the refined one. */
    static final String NEGATED = "negated";

    /** Whether trials are of the search's own spaces, else of a control. */
    static boolean isOwn(String population) {
        return List.of(INITIAL, REFINED, NEGATED).contains(population);
    }

    static SearchSpace initial(String id, PruningSpace space) {
        return new SearchSpace(id, space, Optional.empty(), Optional.empty());
    }

    SearchSpace refined(String refinedId, PruningSpace refined) {
        return new SearchSpace(refinedId, refined, Optional.of(id), Optional.of(space));
    }

    boolean isRefined() {
        return parent.isPresent();
    }

    String population() {
        return isRefined() ? REFINED : INITIAL;
    }

    /** The refined space turned inside out: its parent without it. */
    PruningSpace negated() {
        return parent.orElseThrow().without(space);
    }
}

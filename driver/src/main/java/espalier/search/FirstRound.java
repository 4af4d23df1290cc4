package espalier.search;

import espalier.config.SearchConfig;
import espalier.recipe.Recipe;
import java.util.List;

/**
 * The recipes of a study's first round, drawn before anything is started: a space that holds too few of them shows here.
 *
 * @param planner that drew them, and will draw no recipe twice
 * @param recipes in the order of their trials
 */
public record FirstRound(Planner planner, List<Recipe> recipes) {

    /**
     * Draws them.
     *
     * @throws espalier.space.SpaceException if the space holds fewer recipes than a round tries
     */
    public static FirstRound draw(StudyContext study) {
        SearchConfig search = study.config().search();
        Planner planner = study.method().planner();
        return new FirstRound(
                planner, planner.draw(study.space(), search.trialsPerRound(), study.seed("round", 1), List.of()));
    }
}

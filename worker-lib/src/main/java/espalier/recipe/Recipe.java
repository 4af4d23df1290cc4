package espalier.recipe;

/** What to do to a network; each method of pruning has its own kind of recipe. */
public sealed interface Recipe permits ChannelRecipe, WholeNetwork {

    /** The method's name as it stands in the result tables. */
    String method();

    /** What the recipe yields, as text that never changes between versions: recipes are equal if their texts are. */
    String content();
}

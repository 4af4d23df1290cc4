package espalier.recipe;

/** What to do to a network; each method of pruning has its own kind of recipe. */
public sealed interface Recipe permits ChannelRecipe, RegularGraphRecipe, WholeNetwork {

    /** The method's name as it stands in the result tables. */
    String method();

    /** What the recipe yields, as text that never changes between versions: recipes are equal if their texts are. */
    String content();

    /** Whether some weights are zero, and stay so when the network is trained. */
    default boolean isMasked() {
        return this instanceof RegularGraphRecipe;
    }

    /**
     * The recipe of a method's name and a content.
     *
     * @throws IllegalArgumentException if there is no such method, or the content is not one of its
     */
    static Recipe parse(String method, String content) {
        return switch (method) {
            case ChannelRecipe.METHOD -> ChannelRecipe.parse(content);
            case RegularGraphRecipe.METHOD -> RegularGraphRecipe.parse(content);
            case WholeNetwork.METHOD -> new WholeNetwork();
            default -> throw new IllegalArgumentException("recipe is of method '" + method + "', which is not known");
        };
    }
}

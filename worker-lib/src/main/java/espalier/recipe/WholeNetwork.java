package espalier.recipe;

/** Nothing is removed: the original network. */
public record WholeNetwork() implements Recipe {
    @Override
    public String method() {
        return "original";
    }

    @Override
    public String content() {
        return "";
    }
}

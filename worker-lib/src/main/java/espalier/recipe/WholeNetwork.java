package espalier.recipe;

/** Nothing is removed: the original network. */
public record WholeNetwork() implements Recipe {
    static final String METHOD = "original";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public String content() {
        return "";
    }
}

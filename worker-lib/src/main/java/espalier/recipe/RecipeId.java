package espalier.recipe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of a subnetwork: a hash of the network and of what the recipe really yields.
 *
 * @param value 16 hexadecimal digits
 */
public record RecipeId(String value) {
    private static final int LENGTH = 16;

    public RecipeId {
        if (!value.matches("[0-9a-f]{" + LENGTH + "}")) {
            throw new IllegalArgumentException("recipe id is '" + value + "'; it must be 16 hexadecimal digits");
        }
    }

    /**
     * The id of a recipe on a network.
     *
     * @param networkFingerprint identifies the original network's structure
     */
    public static RecipeId of(String networkFingerprint, Recipe recipe) {
        String text = networkFingerprint + "\n" + recipe.method() + "\n" + recipe.content();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new RecipeId(HexFormat.of().formatHex(hash).substring(0, LENGTH));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# a comment alone\n", "---\n", "~\n"})
    void callsFilesWithoutContentEmpty(String text) {
        assertThat(problem(text)).isEqualTo("x.yaml: is empty, must hold at least the keys study, data, network");
    }

    /** In the inputs, {@code /} stands for a line break and {@code >} for a tab. */
    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    - a             ~ x.yaml:1: the document is [a], must be a section with the keys study, seed, output, parent, data, network, space, search, stopping, importance, training, refine
                    hello           ~ x.yaml:1: the document is hello, must be a section with the keys study, seed, output, parent, data, network, space, search, stopping, importance, training, refine
                    a: 1/---/b: 2   ~ x.yaml:2: a second document begins here, must be one document: remove the ---
                    a:/>b: 1        ~ x.yaml:2: is not YAML at column 1: while scanning for the next token, found character '\\t(TAB)' that cannot start any token; indent with spaces
                    a: [1           ~ x.yaml:1: is not YAML at column 6: while parsing a flow sequence, expected ',' or ']', but got <stream end>
                    a: b: c         ~ x.yaml:1: is not YAML at column 5: mapping values are not allowed here
                    a: 1/ b: 2      ~ x.yaml:2: is not YAML at column 3: mapping values are not allowed here
                    a: @b           ~ x.yaml:1: is not YAML at column 4: while scanning for the next token, found character '@' that cannot start any token; put the text in quotes
                    a: [*]          ~ x.yaml:1: is not YAML at column 6: while scanning an alias, unexpected character found ](93); put the text in quotes
                    a: *stem        ~ x.yaml:1: *stem is a YAML alias, must be a value: write it out, or quote a text that begins with *
                    a: &stem b      ~ x.yaml:1: &stem is a YAML anchor, must be left out: write the value where it is needed
                    a: !!java.net.URL b ~ x.yaml:1: a YAML tag (!) stands here, must be left out: types follow from the keys
                    a: !!set {b}    ~ x.yaml:1: a YAML tag (!) stands here, must be left out: types follow from the keys
                    ? [a, b]/: c    ~ x.yaml:1: key [a, b] is not a word, must be one such as 'study'
                    """)
    void turnsAwayWhatAConfigurationDoesNotNeed(String input, String problem) {
        assertThat(problem(input.replace('/', '\n').replace('>', '\t'))).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: s3a://KEY:5ec/ret@store/x",
                "a: ['s3a://KEY:5ecret@store/x']",
                "a:\n  b: s3a://KEY:5ecret@store/x"
            })
    void turnsAwayPasswordsInsideOfAddressesWithoutRepeatingThem(String input) {
        assertThat(problem(input))
                .matches("x.yaml:[12]: .*")
                .contains("'s3a://***@store/x' has a password or a signature inside of the address: give Spark")
                .endsWith("spark.hadoop.fs.s3a.secret.key in its --properties-file instead; see docs/security.md")
                .doesNotContain("5ec");
    }

    @Test
    void turnsAwayAnchorsBeforeTheyMultiply() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(problem(bomb.toString()))
                .isEqualTo("x.yaml:1: &a0 is a YAML anchor, must be left out: write the value where it is needed");
    }

    @Test
    void turnsAwayDepthAndLength() {
        assertThat(problem("a: " + "[".repeat(5000) + "]".repeat(5000)))
                .isEqualTo("x.yaml:1: is not a configuration: Nesting Depth exceeded max 20");
        assertThat(problem("a: " + "x".repeat(200_001)))
                .isEqualTo(
                        "x.yaml:1: is not a configuration: The incoming YAML document exceeds the limit: 200000 code points.");
    }

    @Test
    void namesTheLineOfACharacterThatIsNotAllowed() {
        assertThat(problem("a: 1\nb: \u0007\n"))
                .isEqualTo("x.yaml:2: has the character U+0007, which YAML does not allow");
    }

    @Test
    void keepsScalarsAsTheyWereWritten() {
        YamlNode node = YamlText.parseFile("a: 0.10\nb: '0.10'\nc:\n", "x.yaml");

        assertThat(node.show()).isEqualTo("{a: 0.10, b: \"0.10\", c: empty}");
    }

    @Test
    void namesNoLineForAValueOfTheCommandLine() {
        assertThatThrownBy(() -> YamlText.parseValue("a: b: c", "--set seed"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--set seed: is not YAML at column 5: mapping values are not allowed here");
    }

    private static String problem(String text) {
        ConfigException failure =
                catchThrowableOfType(ConfigException.class, () -> StudyConfigReader.read(text, "x.yaml", Map.of()));
        return failure.problems().get(0);
    }
}

package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every declaration of a key must keep to. */
class SectionTest {
    private static final Section ROOT = StudyConfig.KEYS;

    static Stream<Section> sections() {
        return below(ROOT);
    }

    private static Stream<Section> below(Section section) {
        return Stream.concat(
                Stream.of(section),
                section.keys().stream()
                        .flatMap(key -> key.content() instanceof Section nested ? below(nested) : Stream.empty()));
    }

    @ParameterizedTest
    @MethodSource("sections")
    void namesEachKeyOnce(Section section) {
        assertThat(section.names()).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    }

    @ParameterizedTest
    @MethodSource("sections")
    void documentsEachKeyInOnePhrase(Section section) {
        assertThat(section.keys())
                .allSatisfy(key ->
                        assertThat(key.key().doc()).hasSizeBetween(8, 140).matches("[^\\n]*[^.\\s]"));
    }

    @ParameterizedTest
    @MethodSource("sections")
    void hasDefaultsThatReadBack(Section section) {
        for (KeySpec key : section.keys()) {
            if (key.content() instanceof ValueType type && !key.isRequired()) {
                YamlNode printed = YamlText.parseValue(type.print(key.unset()), key.name());
                assertThat(type.parse(printed)).as(key.name()).contains(key.unset());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sections")
    void bindsConditionsToEarlierSiblings(Section section) {
        for (KeySpec key : section.keys()) {
            if (!key.condition().isAlways()) {
                KeySpec sibling = section.key(key.condition().sibling()).orElseThrow();
                assertThat(section.names().indexOf(sibling.name()))
                        .isLessThan(section.names().indexOf(key.name()));
                assertThat(((ValueType) sibling.content()).words())
                        .containsAll(key.condition().values());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sections")
    void namesExistingKeysWhereASectionHasItsOwnDefaults(Section section) {
        for (KeySpec key : section.keys()) {
            for (String each : key.key().defaults()) {
                assertThat(((Section) key.content()).names()).contains(each.split(": ", 2)[0]);
            }
        }
    }

    @Test
    void refusesRecordsWithUndeclaredComponents() {
        record Undeclared(int count) {}

        assertThatThrownBy(() -> Section.of(Undeclared.class))
                .hasMessage("int count has no @Key: give it one, or @Inline");
    }

    @Test
    void checksRecordsThatAreMadeByHand() {
        assertThatThrownBy(() -> new RefineConfig(RefineConfig.When.ALWAYS, 1.5, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confidence is 1.5, must be a number in (0.5, 1):"
                        + " confidence of the intervals that decide, and of the refined band");
        assertThatThrownBy(() -> new NetworkConfig(
                        NetworkConfig.Architecture.LENET, 8, 16, NetworkConfig.Shortcut.B, "", "", "", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "depth contradicts architecture lenet, applies to resnet-cifar | resnet | wide-resnet | vgg-bn | densenet alone: remove it, or change architecture");
    }
}

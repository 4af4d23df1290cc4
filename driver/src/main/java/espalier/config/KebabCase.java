package espalier.config;

import java.util.Locale;

/** The names of the configuration file: {@code trials-per-round} for {@code trialsPerRound}, {@code resnet-cifar} for {@code RESNET_CIFAR}. */
final class KebabCase {
    private KebabCase() {}

    static String of(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    static String of(Enum<?> constant) {
        return constant.name().replace('_', '-').toLowerCase(Locale.ROOT);
    }
}

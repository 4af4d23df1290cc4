package espalier.config;

/** What a key may hold: a single value, values under names of the user's choice, or a section of further keys. */
sealed interface Content permits ValueType, NamedValues, Section {
    /** Returns a phrase that completes "must be". */
    String allowed();
}

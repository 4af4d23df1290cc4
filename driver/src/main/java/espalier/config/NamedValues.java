package espalier.config;

/** Values of one type under names that the user chooses. */
record NamedValues(ValueType value) implements Content {
    @Override
    public String allowed() {
        return "lines of 'name: value', each value " + value.allowed();
    }
}

package espalier.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of one record, in the order of its components; those of an {@link Inline} record stand among them. */
final class Section implements Content {
    private final Class<? extends Record> type;
    private final List<KeySpec> keys = new ArrayList<>();
    private final Map<String, Section> inlined = new LinkedHashMap<>();

    private Section(Class<? extends Record> type, Map<String, String> defaults) {
        this.type = type;
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.isAnnotationPresent(Inline.class)) {
                Section section = new Section(component.getType().asSubclass(Record.class), defaults);
                inlined.put(component.getName(), section);
                keys.addAll(section.keys);
            } else {
                keys.add(key(component, defaults));
            }
        }
    }

    /** Returns the section that a record declares. */
    static Section of(Class<? extends Record> type) {
        return new Section(type, Map.of());
    }

    private static KeySpec key(RecordComponent component, Map<String, String> defaults) {
        Key key = Objects.requireNonNull(
                component.getAnnotation(Key.class), () -> component + " has no @Key: give it one, or @Inline");
        String name = KebabCase.of(component.getName());
        YamlNode otherwise = YamlText.parseValue(defaults.getOrDefault(name, key.defaultsTo()), name);
        return new KeySpec(
                name, key, otherwise, Condition.parse(key.onlyFor()), content(component.getGenericType(), key));
    }

    private static Content content(Type type, Key key) {
        if (type instanceof Class<?> plain && plain.isRecord() && plain != Band.class) {
            Map<String, String> defaults = Arrays.stream(key.defaults())
                    .map(each -> each.split(": ", 2))
                    .collect(Collectors.toMap(each -> each[0], each -> each[1]));
            return new Section(plain.asSubclass(Record.class), defaults);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return new NamedValues(ValueType.of(generic.getActualTypeArguments()[1], key.allowed(), key.repeats()));
        }
        return ValueType.of(type, key.allowed(), key.repeats());
    }

    List<KeySpec> keys() {
        return Collections.unmodifiableList(keys);
    }

    Optional<KeySpec> key(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    List<String> names() {
        return keys.stream().map(KeySpec::name).toList();
    }

    /** Returns the names of the keys that no default can stand in for, sections with such a key among them. */
    List<String> mandatory() {
        return keys.stream()
                .filter(key -> key.condition().isAlways())
                .filter(key -> key.content() instanceof Section nested
                        ? !nested.mandatory().isEmpty()
                        : key.isRequired())
                .map(KeySpec::name)
                .toList();
    }

    /** Returns the full name of every value below this section, such as {@code training.base.epochs}. */
    List<String> paths() {
        return keys.stream()
                .flatMap(key -> key.content() instanceof Section nested
                        ? nested.paths().stream().map(path -> key.name() + "." + path)
                        : Stream.of(key.name()))
                .toList();
    }

    /** Returns the values of a record by the names of their keys, in order. */
    Map<String, Object> values(Record section) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object value = access(component, section);
            inlined(component)
                    .ifPresentOrElse(
                            nested -> values.putAll(nested.values((Record) value)),
                            () -> values.put(KebabCase.of(component.getName()), value));
        }
        return values;
    }

    /** Returns the keys that apply in a record with their values, in order. */
    Map<KeySpec, Object> applying(Record section) {
        Map<String, Object> values = values(section);
        Map<KeySpec, Object> applying = new LinkedHashMap<>();
        keys.stream()
                .filter(key -> key.condition().holds(values))
                .forEach(key -> applying.put(key, Objects.requireNonNull(values.get(key.name()))));
        return applying;
    }

    /** Returns the record with these values; there must be one for each key. */
    Record construct(Map<String, Object> values) {
        Object[] components = Arrays.stream(type.getRecordComponents())
                .map(component -> inlined(component)
                        .<Object>map(nested -> nested.construct(values))
                        .orElseGet(() -> Objects.requireNonNull(values.get(KebabCase.of(component.getName())))))
                .toArray();
        return invoke(canonicalConstructor(), components);
    }

    /** Returns the record in which no key was given. */
    Record defaults() {
        return construct(keys.stream()
                .collect(
                        Collectors.toMap(KeySpec::name, KeySpec::unset, (first, second) -> first, LinkedHashMap::new)));
    }

    /**
     * Checks the components of a record, in their order, against what their keys allow. Compact constructors call it.
     *
     * @throws InvalidKeyException naming the first key that is out of range, or given where it does not apply
     */
    void check(Object... components) {
        Map<String, Object> values = new LinkedHashMap<>();
        RecordComponent[] declared = type.getRecordComponents();
        for (int i = 0; i < declared.length; i++) {
            if (inlined(declared[i]).isEmpty()) {
                values.put(KebabCase.of(declared[i].getName()), components[i]);
            }
        }
        keys.stream().filter(key -> values.containsKey(key.name())).forEach(key -> key.check(values));
    }

    @Override
    public String allowed() {
        return "a section with the keys " + String.join(", ", names());
    }

    private Optional<Section> inlined(RecordComponent component) {
        return Optional.ofNullable(inlined.get(component.getName()));
    }

    private static Object access(RecordComponent component, Record section) {
        try {
            return component.getAccessor().invoke(section);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static Record invoke(Constructor<? extends Record> constructor, Object[] components) {
        try {
            return constructor.newInstance(components);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException invalid) {
                throw invalid;
            }
            throw new IllegalStateException("cannot construct " + constructor.getDeclaringClass(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + constructor.getDeclaringClass(), e);
        }
    }

    private Constructor<? extends Record> canonicalConstructor() {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("record without its constructor: " + type, e);
        }
    }
}

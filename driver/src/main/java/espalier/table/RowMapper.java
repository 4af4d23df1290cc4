package espalier.table;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Maps a record class to a Spark schema and its values to rows and back. A component is the column of its name in
 * lower_snake_case, and may be null where its type is marked {@link Nullable}; a component that is itself a record is laid
 * out flat. Columns hold strings, enums, integers, doubles, booleans, instants, lists, and maps with string keys.
 *
 * @param <R> the record class
 */
final class RowMapper<R extends Record> {
    private static final Map<Type, DataType> SIMPLE = Map.ofEntries(
            Map.entry(String.class, DataTypes.StringType),
            Map.entry(int.class, DataTypes.IntegerType),
            Map.entry(Integer.class, DataTypes.IntegerType),
            Map.entry(long.class, DataTypes.LongType),
            Map.entry(Long.class, DataTypes.LongType),
            Map.entry(double.class, DataTypes.DoubleType),
            Map.entry(Double.class, DataTypes.DoubleType),
            Map.entry(boolean.class, DataTypes.BooleanType),
            Map.entry(Boolean.class, DataTypes.BooleanType),
            Map.entry(Instant.class, DataTypes.TimestampType));

    private final Class<R> type;
    private final StructType schema;

    private RowMapper(Class<R> type) {
        this.type = type;
        List<StructField> fields = new ArrayList<>();
        addFields(type, fields);
        this.schema = DataTypes.createStructType(fields);
    }

    /** @throws IllegalArgumentException naming the component whose type no column can hold */
    static <R extends Record> RowMapper<R> of(Class<R> type) {
        return new RowMapper<>(type);
    }

    /** The columns in the order of the components. */
    StructType schema() {
        return schema;
    }

    /** @throws IllegalArgumentException naming the component that is null and must not be */
    Row toRow(R row) {
        List<@Nullable Object> values = new ArrayList<>();
        addValues(row, values);
        return RowFactory.create(values.toArray());
    }

    /** The record that a row holds; columns are found by name, and a nullable column that is absent reads as null. */
    R fromRow(Row row) {
        return type.cast(read(row, type));
    }

    private static void addFields(Class<?> type, List<StructField> fields) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                addFields(component.getType(), fields);
            } else {
                DataType column = columnType(component.getGenericType())
                        .orElseThrow(() -> new IllegalArgumentException(label(component) + " has type "
                                + component.getGenericType().getTypeName()
                                + ", which no column can hold: use a string, an enum, int, long, double, boolean,"
                                + " Instant, List, or Map with string keys"));
                fields.add(DataTypes.createStructField(columnName(component), column, isNullable(component)));
            }
        }
    }

    private static Optional<DataType> columnType(Type type) {
        if (type instanceof Class<?> raw && raw.isEnum()) {
            return Optional.of(DataTypes.StringType);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return columnType(arguments[0]).map(element -> DataTypes.createArrayType(element, false));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return columnType(arguments[1])
                        .map(value -> DataTypes.createMapType(DataTypes.StringType, value, false));
            }
        }
        return Optional.ofNullable(SIMPLE.get(type));
    }

    private static void addValues(Record row, List<@Nullable Object> values) {
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            Object value = valueOf(component, row);
            if (value == null && !isNullable(component)) {
                throw new IllegalArgumentException(
                        label(component) + " is null: only a component marked @Nullable may be");
            }
            if (value instanceof Record part) {
                addValues(part, values);
            } else {
                values.add(value instanceof Enum<?> constant ? constant.name() : value);
            }
        }
    }

    private static Object read(Row row, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = components[i].getType().isRecord()
                    ? read(row, components[i].getType())
                    : readColumn(row, components[i]);
        }
        return build(type, components, arguments);
    }

    private static @Nullable Object readColumn(Row row, RecordComponent component) {
        String name = columnName(component);
        boolean absent = !Arrays.asList(row.schema().fieldNames()).contains(name);
        if (absent && !isNullable(component)) {
            throw new IllegalArgumentException("column " + name + " of " + label(component)
                    + " is absent: the table was written by another version; read it with that one");
        }
        if (absent || row.isNullAt(row.fieldIndex(name))) {
            return null;
        }
        int index = row.fieldIndex(name);
        Class<?> type = component.getType();
        if (type == List.class) {
            return row.getList(index);
        }
        if (type == Map.class) {
            return row.getJavaMap(index);
        }
        Object value = row.get(index);
        return type.isEnum() ? constant(type, value) : value instanceof Timestamp time ? time.toInstant() : value;
    }

    private static Object constant(Class<?> type, Object name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no " + type.getSimpleName()
                        + ": it must be one of " + Arrays.toString(type.getEnumConstants())));
    }

    private static @Nullable Object valueOf(RecordComponent component, Record row) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(row);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + label(component), e);
        }
    }

    private static Object build(Class<?> type, RecordComponent[] components, Object[] arguments) {
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            canonical.setAccessible(true);
            return canonical.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot build a " + type.getSimpleName(), e);
        }
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static String columnName(RecordComponent component) {
        return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static String label(RecordComponent component) {
        return component.getDeclaringRecord().getSimpleName() + "." + component.getName();
    }
}

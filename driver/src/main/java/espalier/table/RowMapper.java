package espalier.table;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

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
    private final Shape shape;
    private final StructType schema;

    /** A record class, looked at once. */
    private record Shape(Class<?> type, List<Column> columns, Constructor<?> constructor) {}

    /**
     * A component.
     *
     * @param shape of a component that is itself a record
     */
    private record Column(
            String name,
            String label,
            Class<?> type,
            Type genericType,
            boolean isNullable,
            Method accessor,
            @Nullable Shape shape) {

        @Nullable
        Object of(Record row) {
            try {
                return accessor.invoke(row);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + label, e);
            }
        }

        /** As a row of Spark holds it. */
        @Nullable
        Object inRow(Record row) {
            Object value = of(row);
            return value instanceof Enum<?> constant ? constant.name() : value;
        }
    }

    private RowMapper(Class<R> type) {
        this.type = type;
        this.shape = shape(type);
        List<StructField> fields = new ArrayList<>();
        addFields(shape, fields);
        this.schema = DataTypes.createStructType(fields);
    }

    /** @throws IllegalArgumentException naming the component whose type no column can hold */
    static <R extends Record> RowMapper<R> of(Class<R> type) {
        return new RowMapper<>(type);
    }

    private static Shape shape(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            canonical.setAccessible(true);
            return new Shape(
                    type, Arrays.stream(components).map(RowMapper::column).toList(), canonical);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " has no canonical constructor", e);
        }
    }

    private static Column column(RecordComponent component) {
        component.getAccessor().setAccessible(true);
        String name = component.getName();
        return new Column(
                name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT),
                component.getDeclaringRecord().getSimpleName() + "." + name,
                component.getType(),
                component.getGenericType(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                component.getAccessor(),
                component.getType().isRecord() ? shape(component.getType()) : null);
    }

    /** The columns in the order of the components. */
    StructType schema() {
        return schema;
    }

    /** @throws IllegalArgumentException naming the component that is null and must not be */
    Row toRow(R row) {
        List<@Nullable Object> values = new ArrayList<>(schema.size());
        addValues(shape, row, values);
        return RowFactory.create(values.toArray());
    }

    /** The values of some columns, none of which is of a part. */
    List<Object> values(R row, List<String> names) {
        List<Object> values = new ArrayList<>(names.size());
        for (String name : names) {
            for (Column column : shape.columns) {
                if (column.name.equals(name)) {
                    values.add(Objects.requireNonNull(column.inRow(row), column.label));
                }
            }
        }
        return values;
    }

    /** The record that a row holds; columns are found by name, and a nullable column that is absent reads as null. */
    R fromRow(Row row) {
        return type.cast(read(row, shape));
    }

    private static void addFields(Shape shape, List<StructField> fields) {
        for (Column column : shape.columns) {
            if (column.shape != null) {
                addFields(column.shape, fields);
            } else {
                DataType type = columnType(column.genericType)
                        .orElseThrow(() -> new IllegalArgumentException(column.label + " has type "
                                + column.genericType.getTypeName()
                                + ", which no column can hold: use a string, an enum, int, long, double, boolean,"
                                + " Instant, List, or Map with string keys"));
                fields.add(DataTypes.createStructField(column.name, type, column.isNullable));
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

    private static void addValues(Shape shape, Record row, List<@Nullable Object> values) {
        for (Column column : shape.columns) {
            Object value = column.inRow(row);
            if (value == null && !column.isNullable) {
                throw new IllegalArgumentException(column.label + " is null: only a component marked @Nullable may be");
            }
            if (column.shape != null && value instanceof Record part) {
                addValues(column.shape, part, values);
            } else {
                values.add(value);
            }
        }
    }

    private static Object read(Row row, Shape shape) {
        Object[] arguments = new Object[shape.columns.size()];
        for (int i = 0; i < arguments.length; i++) {
            Column column = shape.columns.get(i);
            arguments[i] = column.shape == null ? readColumn(row, column) : read(row, column.shape);
        }
        return build(shape, arguments);
    }

    private static @Nullable Object readColumn(Row row, Column column) {
        Option<Object> index = row.schema().getFieldIndex(column.name);
        if (index.isEmpty() && !column.isNullable) {
            throw new IllegalArgumentException("column " + column.name + " of " + column.label
                    + " is absent: the table was written by another version; read it with that one");
        }
        if (index.isEmpty() || row.isNullAt((int) index.get())) {
            return null;
        }
        return read(row, (int) index.get(), column.type);
    }

    private static Object read(Row row, int index, Class<?> type) {
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

    private static Object build(Shape shape, Object[] arguments) {
        try {
            return shape.constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot build a " + shape.type.getSimpleName(), e);
        }
    }
}

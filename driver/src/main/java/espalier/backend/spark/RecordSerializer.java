package espalier.backend.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as its components and rebuilds it by its canonical constructor, so that its checks hold on the far side
 * too. Kryo 4 knows nothing of records: its own way would need to set final fields.
 */
final class RecordSerializer extends Serializer<Record> {
    private final RecordComponent[] components;
    private final Constructor<?> constructor;

    RecordSerializer(Class<? extends Record> type) {
        super(false, true);
        components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + " has no canonical constructor", e);
        }
        constructor.setAccessible(true);
        for (RecordComponent component : components) {
            component.getAccessor().setAccessible(true);
        }
    }

    @Override
    public void write(Kryo kryo, Output output, Record record) {
        for (RecordComponent component : components) {
            Object value = read(component, record);
            Class<?> type = component.getType();
            if (type.isPrimitive()) {
                kryo.writeObject(output, Objects.requireNonNull(value));
            } else {
                kryo.writeClassAndObject(output, value);
            }
        }
    }

    @Override
    public Record read(Kryo kryo, Input input, Class<Record> type) {
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            Class<?> componentType = components[i].getType();
            values[i] = componentType.isPrimitive()
                    ? kryo.readObject(input, wrapper(componentType))
                    : kryo.readClassAndObject(input);
        }
        try {
            return (Record) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalArgumentException(
                    "a " + type.getSimpleName() + " from the wire is not valid: " + cause.getMessage(), cause);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot rebuild " + type, e);
        }
    }

    private static Class<?> wrapper(Class<?> primitive) {
        return MethodType.methodType(primitive).wrap().returnType();
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}

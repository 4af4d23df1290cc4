package espalier.safetensors;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import espalier.text.FirstLine;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of named arrays: 8 bytes with the little-endian length of a header, the header in JSON, then the arrays in
 * little-endian 'c' order, without a gap. Whatever is wrong with it is an {@link IllegalArgumentException} of one line.
 */
public final class SafetensorsFile {
    private static final int HEADER_LIMIT = 100_000_000;
    private static final String METADATA = "__metadata__";

    /** What the header says of one array: its bytes, from {@code begin} to before {@code end} behind the header. */
    private record Entry(String name, DataType type, List<Integer> shape, long begin, long end) {}

    private final String file;
    private final ByteBuffer content;

    private SafetensorsFile(String file, byte[] content) {
        this.file = file;
        this.content = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a file.
     *
     * @param file its name, for messages
     * @return its tensors by name, in the order of the header
     * @throws IllegalArgumentException if the content is not such a file from its first byte to its last
     */
    public static Map<String, Tensor> read(String file, byte[] content) {
        return new SafetensorsFile(file, content).tensors();
    }

    private Map<String, Tensor> tensors() {
        int length = headerLength();
        String header = new String(content.array(), Long.BYTES, length, StandardCharsets.UTF_8);
        List<Entry> entries = entries(header);
        int start = Long.BYTES + length;
        requireOneBehindTheOther(entries, content.capacity() - start);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Entry entry : entries) {
            ByteBuffer bytes = content.slice(start + (int) entry.begin(), (int) (entry.end() - entry.begin()));
            Tensor tensor = new Tensor(file, entry.name(), entry.type(), entry.shape(), bytes);
            if (tensors.put(entry.name(), tensor) != null) {
                throw problem("has two tensors of the name '%s', each needs its own: write the file again"
                        .formatted(entry.name()));
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    private int headerLength() {
        if (content.capacity() < Long.BYTES) {
            throw problem("has %d bytes, must have at least 8 for the length of its header: fetch it again"
                    .formatted(content.capacity()));
        }
        long length = content.getLong(0);
        if (length < 0 || length > HEADER_LIMIT) {
            throw problem("announces a header of %s bytes, must be at most %,d: give a safetensors file"
                    .formatted(Long.toUnsignedString(length), HEADER_LIMIT));
        }
        if (length > content.capacity() - Long.BYTES) {
            throw problem("is truncated: its header has %,d bytes, but only %,d are there: fetch it again"
                    .formatted(length, content.capacity() - Long.BYTES));
        }
        return (int) length;
    }

    private List<Entry> entries(String header) {
        List<Entry> entries = new ArrayList<>();
        try (JsonReader json = new JsonReader(new StringReader(header))) {
            json.beginObject();
            while (json.hasNext()) {
                String name = json.nextName();
                if (name.equals(METADATA)) {
                    json.skipValue();
                } else {
                    entries.add(entry(name, json));
                }
            }
            json.endObject();
            requireEnd(json);
        } catch (MalformedJsonException | EOFException | IllegalStateException | NumberFormatException e) {
            throw problem("has a header that is not the JSON of safetensors (%s): give a safetensors file"
                    .formatted(FirstLine.of(e)));
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be read", e);
        }
        return entries;
    }

    private static void requireEnd(JsonReader json) throws IOException {
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw new IllegalStateException("it goes on behind its end");
        }
    }

    private Entry entry(String name, JsonReader json) throws IOException {
        @Nullable String type = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "dtype" -> type = json.nextString();
                case "shape" -> shape = numbers(json);
                case "data_offsets" -> offsets = numbers(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw problem(
                    "says of tensor '%s' too little: it must have dtype, shape and two data_offsets: write the file again"
                            .formatted(name));
        }
        return entry(name, type(name, type), shape, offsets.get(0), offsets.get(1));
    }

    private Entry entry(String name, DataType type, List<Long> shape, long begin, long end) {
        long size = type.size();
        List<Integer> extents = new ArrayList<>();
        for (long extent : shape) {
            // A product that leaves the range of int stays outside of it, and so never equals the bytes of a file.
            size = Math.min(size * Math.max(0, Math.min(extent, Integer.MAX_VALUE)), Integer.MAX_VALUE);
            extents.add((int) extent);
        }
        if (end - begin != size || shape.stream().anyMatch(extent -> extent < 0)) {
            throw problem("tensor '%s' has %,d bytes, must have as many as its shape %s of %s: write the file again"
                    .formatted(name, end - begin, shape, type));
        }
        return new Entry(name, type, extents, begin, end);
    }

    private DataType type(String name, String type) {
        return Arrays.stream(DataType.values())
                .filter(each -> each.name().equals(type))
                .findFirst()
                .orElseThrow(() -> problem("tensor '%s' has the unknown dtype '%s', must be one of %s: convert it"
                        .formatted(name, type, Arrays.toString(DataType.values()))));
    }

    private static List<Long> numbers(JsonReader json) throws IOException {
        List<Long> numbers = new ArrayList<>();
        json.beginArray();
        while (json.peek() != JsonToken.END_ARRAY) {
            numbers.add(json.nextLong());
        }
        json.endArray();
        return numbers;
    }

    /** Checks that the arrays fill the file: no overlap, no gap, nothing behind its end. */
    private void requireOneBehindTheOther(List<Entry> entries, int size) {
        long end = 0;
        String before = "the header";
        List<Entry> ascending = new ArrayList<>(entries);
        ascending.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        for (Entry entry : ascending) {
            if (entry.begin() != end) {
                throw problem("tensor '%s' begins at byte %,d, must begin at %,d, where %s ends: write the file again"
                        .formatted(entry.name(), entry.begin(), end, before));
            }
            if (entry.end() > size) {
                throw problem("is truncated: tensor '%s' ends at byte %,d, but only %,d are there: fetch it again"
                        .formatted(entry.name(), entry.end(), size));
            }
            end = entry.end();
            before = "'" + entry.name() + "'";
        }
        if (end != size) {
            throw problem("has %,d bytes behind its last tensor, must have none: fetch it again".formatted(size - end));
        }
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(file + ": " + what);
    }
}

package espalier.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    private static final String ONE = "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}}";

    @Test
    void readsTensorsByNameWithShapeAndValues() {
        ByteBuffer data =
                data(20).putFloat(1).putFloat(-2).putFloat(3).putFloat(0.5f).putFloat(7);
        Map<String, Tensor> tensors = read(
                "{'__metadata__': {'format': 'pt'}, 'b': {'dtype': 'F32', 'shape': [2, 2], 'data_offsets': [4, 20]},"
                        + " 'a': {'dtype': 'F32', 'shape': [], 'data_offsets': [0, 4]}}   ",
                data);

        assertThat(tensors.keySet()).containsExactly("b", "a");
        assertThat(tensor(tensors, "b").shape()).containsExactly(2, 2);
        assertThat(tensor(tensors, "b").values()).containsExactly(-2, 3, 0.5f, 7);
        assertThat(tensor(tensors, "a").shape()).isEmpty();
        assertThat(tensor(tensors, "a").values()).containsExactly(1);
    }

    @Test
    void readsEveryFloatingPointType() {
        String header = "{'d': {'dtype': 'F64', 'shape': [1], 'data_offsets': [0, 8]},"
                + " 'h': {'dtype': 'F16', 'shape': [3], 'data_offsets': [8, 14]},"
                + " 'b': {'dtype': 'BF16', 'shape': [2], 'data_offsets': [14, 18]}}";
        // Half precision: 1.5, -2, and the smallest number above 0. Bfloat16: 1 and -3.140625.
        ByteBuffer data = data(18).putDouble(0.25)
                .putShort((short) 0x3e00)
                .putShort((short) 0xc000)
                .putShort((short) 1);
        Map<String, Tensor> tensors = read(header, data.putShort((short) 0x3f80).putShort((short) 0xc049));

        assertThat(tensor(tensors, "d").values()).containsExactly(0.25f);
        assertThat(tensor(tensors, "h").values()).containsExactly(1.5f, -2, 0x1p-24f);
        assertThat(tensor(tensors, "b").values()).containsExactly(1, -3.140625f);
    }

    @Test
    void namesWholeNumbersOnlyWhereTheyAreAskedFor() {
        Map<String, Tensor> tensors =
                read("{'n': {'dtype': 'I64', 'shape': [], 'data_offsets': [0, 8]}}", data(8).putLong(7));

        assertThat(tensor(tensors, "n").shape()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(tensors, "n").values())
                .withMessage("w: tensor 'n' has type I64, must be F64, F32, F16 or BF16: convert it");
    }

    @ParameterizedTest
    @CsvSource({"NaN, NaN", "Infinity, Infinity", "-Infinity, -Infinity"})
    void namesTensorAndPositionOfAWeightThatIsNotFinite(float value, String shown) {
        Map<String, Tensor> tensors = read(ONE, data(8).putFloat(1).putFloat(value));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(tensors, "a").values())
                .withMessage("w: tensor 'a' is " + shown
                        + " at position 1, must be a finite float: give weights that did not diverge");
    }

    @Test
    void refusesADoubleThatNoFloatHolds() {
        Map<String, Tensor> tensors =
                read("{'d': {'dtype': 'F64', 'shape': [1], 'data_offsets': [0, 8]}}", data(8).putDouble(1e300));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(tensors, "d").values())
                .withMessageStartingWith("w: tensor 'd' is Infinity at position 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            {'a': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 8]}} ~ tensor 'a' has 8 bytes, must have as many as its shape [3] of F32: write the file again
            {'a': {'dtype': 'F32', 'shape': [-2, -1], 'data_offsets': [0, 8]}} ~ tensor 'a' has 8 bytes, must have as many as its shape [-2, -1] of F32: write the file again
            {'a': {'dtype': 'F32', 'shape': [4294967296, 4294967296], 'data_offsets': [0, 8]}} ~ tensor 'a' has 8 bytes, must have as many as its shape [4294967296, 4294967296] of F32: write the file again
            {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 0]}} ~ tensor 'a' has -8 bytes, must have as many as its shape [2] of F32: write the file again
            {'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 16]}} ~ is truncated: tensor 'a' ends at byte 16, but only 8 are there: fetch it again
            {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}} ~ has 4 bytes behind its last tensor, must have none: fetch it again
            {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 8]}} ~ tensor 'a' begins at byte 4, must begin at 0, where the header ends: write the file again
            {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'b': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 8]}} ~ tensor 'b' begins at byte 4, must begin at 8, where 'a' ends: write the file again
            {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}, 'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 8]}} ~ has two tensors of the name 'a', each needs its own: write the file again
            {'a': {'dtype': 'F8', 'shape': [8], 'data_offsets': [0, 8]}} ~ tensor 'a' has the unknown dtype 'F8', must be one of [F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL]: convert it
            {'a': {'dtype': 'F32', 'data_offsets': [0, 8]}} ~ says of tensor 'a' too little: it must have dtype, shape and two data_offsets: write the file again
            """)
    void refusesAHeaderThatDoesNotFitTheData(String header, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(header, data(8)))
                .withMessage("w: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            {'a'
            []
            {'a': 7}
            {'a': {'dtype': 'F32', 'shape': [1.5], 'data_offsets': [0, 8]}}
            {} {}
            <html>
            """)
    void refusesAHeaderThatIsNoSuchJson(String header) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(header, data(0)))
                .withMessageMatching(
                        "w: has a header that is not the JSON of safetensors \\(.*\\): give a safetensors file");
    }

    @Test
    void refusesALengthThatTheFileDoesNotHave() {
        assertMessage(new byte[5], "has 5 bytes, must have at least 8 for the length of its header: fetch it again");
        byte[] whole = file(ONE, data(8));
        assertMessage(
                Arrays.copyOf(whole, 30),
                "is truncated: its header has 61 bytes, but only 22 are there: fetch it again");
        assertMessage(
                data(8).putLong(100_000_001).array(),
                "announces a header of 100000001 bytes, must be at most 100,000,000: give a safetensors file");
        assertMessage(
                data(8).putLong(-1).array(),
                "announces a header of 18446744073709551615 bytes, must be at most 100,000,000: give a safetensors file");
    }

    @Test
    void everyTruncationIsAMessageOfOneLine() {
        byte[] whole = file(ONE, data(8));
        assertThatNoException().isThrownBy(() -> SafetensorsFile.read("w", whole));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SafetensorsFile.read("w", cut))
                    .withMessageMatching("w: .*");
        }
    }

    private static void assertMessage(byte[] content, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsFile.read("w", content))
                .withMessage("w: " + message);
    }

    private static Tensor tensor(Map<String, Tensor> tensors, String name) {
        Tensor tensor = tensors.get(name);
        assertThat(tensor).isNotNull();
        return tensor;
    }

    private static Map<String, Tensor> read(String header, ByteBuffer data) {
        return SafetensorsFile.read("w", file(header, data));
    }

    private static ByteBuffer data(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] file(String header, ByteBuffer data) {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return data(Long.BYTES + text.length + data.capacity())
                .putLong(text.length)
                .put(text)
                .put(data.rewind())
                .array();
    }
}

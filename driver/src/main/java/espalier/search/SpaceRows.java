package espalier.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import espalier.space.Band;
import espalier.space.PruningSpace;
import espalier.table.SpaceRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A study's spaces as rows of the table, and back. */
final class SpaceRows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StudyContext study;

    SpaceRows(StudyContext study) {
        this.study = study;
    }

    /** @param round the round that searches the space */
    SpaceRow write(SearchSpace space, int round, String evidence) {
        return new SpaceRow(
                study.config().study(),
                round,
                space.id(),
                space.parentId().orElse(null),
                space.space().description(),
                json(space.space()).toString(),
                evidence);
    }

    /**
     * The space that a round searched.
     *
     * @throws StudyException if no row says it
     */
    SearchSpace read(List<SpaceRow> rows, int round) {
        SpaceRow row = rows.stream()
                .filter(each -> each.round() == round)
                .findFirst()
                .orElseThrow(() -> new StudyException(
                        "the table spaces has no row of round " + round + "; run the study again under another name"));
        if (row.parentId() == null) {
            return SearchSpace.initial(row.spaceId(), space(row));
        }
        SpaceRow parent = rows.stream()
                .filter(each -> each.spaceId().equals(row.parentId()))
                .findFirst()
                .orElseThrow(() -> new StudyException("the table spaces has no row of " + row.parentId()
                        + ", the parent of " + row.spaceId() + "; run the study again under another name"));
        return SearchSpace.initial(parent.spaceId(), space(parent)).refined(row.spaceId(), space(row));
    }

    private PruningSpace space(SpaceRow row) {
        try {
            JsonNode json = JSON.readTree(row.constraintsJson());
            Map<String, Band> bands = new LinkedHashMap<>();
            study.space().bands().keySet().forEach(quantity -> bands.put(quantity, band(json.path(quantity))));
            return study.space().within(bands);
        } catch (JsonProcessingException e) {
            throw new StudyException("constraints of space " + row.spaceId() + " in the table spaces are no JSON: "
                    + row.constraintsJson());
        }
    }

    private static ObjectNode json(PruningSpace space) {
        Map<String, Object> values = new LinkedHashMap<>(space.constants());
        values.putAll(space.bands());
        values.replaceAll((name, value) -> value instanceof Band band ? json(band) : value);
        return JSON.valueToTree(values);
    }

    private static ArrayNode json(Band band) {
        return JsonNodeFactory.instance.arrayNode().add(finite(band.low())).add(finite(band.high()));
    }

    /** JSON has no infinity: a missing bound is null. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static Band band(JsonNode json) {
        return new Band(
                json.path(0).asDouble(Double.NEGATIVE_INFINITY), json.path(1).asDouble(Double.POSITIVE_INFINITY));
    }
}

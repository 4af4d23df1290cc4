package espalier.table;

import org.jspecify.annotations.Nullable;

/**
 * One space that a round sampled from.
 *
 * @param study name of the study
 * @param round round of the search, from 1
 * @param spaceId identity of the space
 * @param parentId the space that this one was refined from, or null for an initial space
 * @param description the space in one line for a reader
 * @param constraintsJson the constraints that every recipe of the space meets, as a JSON object
 * @param evidence why the space was chosen: the refinement, in one line
 */
public record SpaceRow(
        String study,
        int round,
        String spaceId,
        @Nullable String parentId,
        String description,
        String constraintsJson,
        String evidence)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public SpaceRow {
        Checks.text("study", study);
        Checks.atLeast("round", round, 0);
        Checks.text("spaceId", spaceId);
        Checks.present("description", description);
        Checks.present("constraintsJson", constraintsJson);
        Checks.present("evidence", evidence);
    }
}

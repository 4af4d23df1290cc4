package espalier.config;

import org.junit.jupiter.api.Test;

class StudyConfigReferenceTest {
    @Test
    void isWhatTheRepositoryHolds() {
        CommittedFile.assertHolds("docs/configuration.md", StudyConfigReference.text());
    }
}

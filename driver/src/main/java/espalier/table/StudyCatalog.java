package espalier.table;

import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The result tables of one study, or of all studies below an output folder, as temporary views to query with SQL. */
public final class StudyCatalog {
    private StudyCatalog() {}

    /**
     * Makes a view of the name of each {@link ResultTable} over all studies; a table that was not written yet is an empty view.
     *
     * @return the names of the studies
     * @throws StudyFolderException where there is no study below the folder
     */
    public static List<String> register(SparkSession session, String output) {
        List<String> names = StudyFolder.studies(output, hadoop(session));
        if (names.isEmpty()) {
            throw new StudyFolderException(
                    "no study below " + output + ": run one first, or name the folder that holds it");
        }
        registerViews(session, output, names);
        return names;
    }

    /**
     * Makes the same views over one study.
     *
     * @return the name of the study
     * @throws StudyFolderException where there is no such study, with the name that was probably meant
     */
    public static List<String> register(SparkSession session, String output, String study) {
        List<String> names = StudyFolder.studies(output, hadoop(session));
        if (!names.contains(study)) {
            throw new StudyFolderException(
                    names.isEmpty()
                            ? "no study below " + output + ": run one first, or name the folder that holds it"
                            : "no study '" + study + "' below " + output + ": " + suggestion(study, names));
        }
        registerViews(session, output, List.of(study));
        return List.of(study);
    }

    private static void registerViews(SparkSession session, String output, List<String> names) {
        SparkTables.requireConfigured(session);
        List<StudyFolder> folders = names.stream()
                .map(name -> StudyFolder.of(output, name, hadoop(session)))
                .toList();
        for (ResultTable table : ResultTable.values()) {
            DeltaFrames.union(session, folders, table).createOrReplaceTempView(table.tableName());
        }
    }

    private static String suggestion(String study, List<String> names) {
        String nearest = names.stream()
                .min(Comparator.comparingInt(
                        name -> LevenshteinDistance.getDefaultInstance().apply(study, name)))
                .orElseThrow();
        boolean near =
                LevenshteinDistance.getDefaultInstance().apply(study, nearest) <= Math.max(2, study.length() / 3);
        return near ? "did you mean '" + nearest + "'?" : "there are " + String.join(", ", names);
    }

    private static Configuration hadoop(SparkSession session) {
        return session.sessionState().newHadoopConf();
    }
}

package espalier.table;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/** Writes rows to a Parquet file in this process, just as a Spark task would have written them. */
final class RowFile {
    private RowFile() {}

    /**
     * Writes a new file.
     *
     * @return its length and modification time
     */
    static FileStatus write(Path file, StructType schema, List<Row> rows, Configuration hadoop) throws IOException {
        Configuration settings = new Configuration(hadoop);
        ParquetWriteSupport.setSchema(schema, settings);
        settings.set(SQLConf.PARQUET_WRITE_LEGACY_FORMAT().key(), "false");
        settings.set(SQLConf.PARQUET_FIELD_ID_WRITE_ENABLED().key(), "false");
        settings.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "TIMESTAMP_MICROS");
        var toInternal = CatalystTypeConverters.createToCatalystConverter(schema);
        try (ParquetWriter<InternalRow> writer = new Builder(file)
                .withConf(settings)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED) // a few rows: nothing to gain
                .build()) {
            for (Row row : rows) {
                writer.write((InternalRow) toInternal.apply(row));
            }
        }
        return file.getFileSystem(hadoop).getFileStatus(file);
    }

    private static final class Builder extends ParquetWriter.Builder<InternalRow, Builder> {
        @SuppressWarnings("deprecation") // its successor takes a file that knows its configuration beforehand
        Builder(Path file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<InternalRow> getWriteSupport(Configuration settings) {
            return new ParquetWriteSupport();
        }
    }
}

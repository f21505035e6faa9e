package spillway.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.disk.IOManager;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.BatchTableWrite;
import org.apache.paimon.table.sink.BatchWriteBuilder;
import spillway.json.RowDecoder;
import spillway.write.TableWriter;

/** Commits of rows given as JSON. */
final class Writes {

    private final FileStoreTable table;

    Writes(FileStoreTable table) {
        this.table = table;
    }

    /**
     * {@code rows} are written as one commit of {@code user} with {@code identifier}; or they replace what {@code
     * overwrite} names: partitions with these values (all, with none); or, where it is true, those that rows are
     * written to.
     */
    Object write(JsonNode request) throws Exception {
        RowDecoder decoder = new RowDecoder(table.rowType());
        if (request.hasNonNull("overwrite")) {
            return overwrite(request, decoder);
        }
        String user = request.get("user").asText();
        try (TableWriter writer = new TableWriter(table, user, request.get("identifier").asLong())) {
            for (JsonNode row : request.get("rows")) {
                writer.write(decoder.row(row));
            }
            writer.commit();
        }
        return null;
    }

    /**
     * {@code commits} commits of {@code rows} rows each by one long-lived writer: columns {@code id}, numbered from
     * {@code first}, {@code who} and {@code n}, the number of the commit. See race-writer.ts.
     */
    Object writeMany(JsonNode request) throws Exception {
        String user = request.get("user").asText();
        int rows = request.get("rows").asInt();
        int id = request.get("first").asInt();
        try (TableWriter writer = new TableWriter(table, user, 1)) {
            for (int n = 1; n <= request.get("commits").asInt(); n++) {
                for (int i = 0; i < rows; i++) {
                    writer.write(GenericRow.of(id++, BinaryString.fromString(user), n));
                }
                writer.commit();
            }
        }
        return null;
    }

    private Object overwrite(JsonNode request, RowDecoder decoder) throws Exception {
        JsonNode overwrite = request.get("overwrite");
        Map<String, String> partition = new LinkedHashMap<>();
        overwrite.fields().forEachRemaining(member -> partition.put(member.getKey(), member.getValue().asText()));
        FileStoreTable named = table.copy(
                Map.of("dynamic-partition-overwrite", Boolean.toString(overwrite.isBoolean())));
        BatchWriteBuilder builder = named.newBatchWriteBuilder().withOverwrite(partition);
        try (IOManager ioManager = IOManager.create(System.getProperty("java.io.tmpdir"));
                BatchTableWrite write = (BatchTableWrite) builder.newWrite().withIOManager(ioManager);
                BatchTableCommit commit = builder.newCommit()) {
            for (JsonNode row : request.get("rows")) {
                write.write(decoder.row(row));
            }
            commit.commit(write.prepareCommit());
        }
        return null;
    }

    Object truncate() throws Exception {
        try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
            commit.truncateTable();
        }
        return null;
    }

    Object dropPartition(Map<String, String> partition) throws Exception {
        try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
            commit.truncatePartitions(List.of(partition));
        }
        return null;
    }
}

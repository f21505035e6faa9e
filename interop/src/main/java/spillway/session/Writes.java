package spillway.session;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     * overwrite} names: partitions with these values, or with none those that rows are written to.
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

    private Object overwrite(JsonNode request, RowDecoder decoder) throws Exception {
        Map<String, String> partition = new LinkedHashMap<>();
        request.get("overwrite").fields()
                .forEachRemaining(member -> partition.put(member.getKey(), member.getValue().asText()));
        BatchWriteBuilder builder = table.newBatchWriteBuilder().withOverwrite(partition);
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

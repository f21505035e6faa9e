package spillway.compaction;

import java.util.List;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.BinaryRowWriter;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.manifest.FileSource;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.stats.SimpleStats;
import org.apache.paimon.utils.JsonSerdeUtil;

/** Files of scripts: {@code {"name", "bytes", "level", "min", "max", "minSeq", "maxSeq", "made", "deletes"?}}. */
final class ScriptFiles {

    private ScriptFiles() {}

    static DataFileMeta parse(JsonNode file) {
        return of(
                file.get("name").asText(),
                file.get("bytes").asLong(),
                key(file.get("min").asInt()),
                key(file.get("max").asInt()),
                new long[] {file.get("minSeq").asLong(), file.get("maxSeq").asLong()},
                file.get("level").asInt(),
                file.get("made").asLong(),
                file.has("deletes") ? Long.valueOf(file.get("deletes").asLong()) : null);
    }

    static DataFileMeta of(
            String name,
            long bytes,
            BinaryRow min,
            BinaryRow max,
            long[] sequences,
            int level,
            long made,
            Long deletes) {
        return DataFileMeta.create(
                name,
                bytes,
                1,
                min,
                max,
                SimpleStats.EMPTY_STATS,
                SimpleStats.EMPTY_STATS,
                sequences[0],
                sequences[1],
                0,
                level,
                List.of(),
                Timestamp.fromEpochMillis(made),
                deletes,
                null,
                FileSource.APPEND,
                null,
                null,
                null,
                null);
    }

    static ArrayNode names(List<DataFileMeta> files) {
        ArrayNode names = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createArrayNode();
        files.forEach(file -> names.add(file.fileName()));
        return names;
    }

    private static BinaryRow key(int value) {
        BinaryRow row = new BinaryRow(1);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeInt(0, value);
        writer.complete();
        return row;
    }
}

package spillway.compaction;

import java.util.ArrayList;
import java.util.List;
import org.apache.paimon.compact.CompactResult;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.mergetree.SortedRun;
import org.apache.paimon.mergetree.compact.CompactRewriter;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.paimon.shade.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.paimon.utils.JsonSerdeUtil;

/** Notes what it is asked for and makes up the result: one file a section, as long as what went in less an eighth. */
final class ScriptRewriter implements CompactRewriter {

    private ArrayNode did;
    private int made;

    /** The notes of a new step. */
    ArrayNode begin() {
        did = JsonSerdeUtil.OBJECT_MAPPER_INSTANCE.createArrayNode();
        return did;
    }

    @Override
    public CompactResult rewrite(int outputLevel, boolean dropDelete, List<List<SortedRun>> sections) {
        ObjectNode note = did.addObject().put("rewrite", outputLevel).put("dropDelete", dropDelete);
        ArrayNode noted = note.putArray("sections");
        List<DataFileMeta> before = new ArrayList<>();
        List<DataFileMeta> after = new ArrayList<>();
        for (List<SortedRun> section : sections) {
            ArrayNode runs = noted.addArray();
            List<DataFileMeta> files = new ArrayList<>();
            for (SortedRun run : section) {
                runs.add(ScriptFiles.names(run.files()));
                files.addAll(run.files());
            }
            before.addAll(files);
            after.add(merged(files, outputLevel, dropDelete));
        }
        return new CompactResult(before, after);
    }

    private DataFileMeta merged(List<DataFileMeta> files, int level, boolean dropDelete) {
        DataFileMeta first = files.get(0);
        long bytes = 0;
        long deletes = 0;
        DataFileMeta least = first;
        DataFileMeta greatest = first;
        long[] sequences = {first.minSequenceNumber(), first.maxSequenceNumber()};
        for (DataFileMeta file : files) {
            bytes += file.fileSize();
            deletes += file.deleteRowCount().orElse(1L);
            sequences[0] = Math.min(sequences[0], file.minSequenceNumber());
            sequences[1] = Math.max(sequences[1], file.maxSequenceNumber());
            least = file.minKey().getInt(0) < least.minKey().getInt(0) ? file : least;
            greatest = file.maxKey().getInt(0) > greatest.maxKey().getInt(0) ? file : greatest;
        }
        return ScriptFiles.of(
                "m" + made++,
                bytes - bytes / 8,
                least.minKey(),
                greatest.maxKey(),
                sequences,
                level,
                0,
                dropDelete ? 0 : deletes);
    }

    @Override
    public CompactResult upgrade(int outputLevel, DataFileMeta file) {
        did.addObject().put("upgrade", outputLevel).put("file", file.fileName());
        return new CompactResult(file, file.upgrade(outputLevel));
    }

    @Override
    public void close() {}
}

package spillway.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.deletionvectors.Bitmap64DeletionVector;
import org.apache.paimon.deletionvectors.BitmapDeletionVector;
import org.apache.paimon.deletionvectors.DeletionVector;
import org.apache.paimon.deletionvectors.append.BaseAppendDeleteFileMaintainer;
import org.apache.paimon.index.IndexFileHandler;
import org.apache.paimon.index.IndexFileMeta;
import org.apache.paimon.io.CompactIncrement;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.io.DataIncrement;
import org.apache.paimon.manifest.FileKind;
import org.apache.paimon.manifest.IndexManifestEntry;
import org.apache.paimon.table.BucketMode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.CommitMessageImpl;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.Split;

/** Row-level deletes in an append table with deletion vectors, as a SQL engine commits them. */
final class AppendDeletes {

    private record Place(BinaryRow partition, int bucket) {}

    private AppendDeletes() {}

    /** Deletes random rows of random files. */
    static List<CommitMessage> draw(Dice dice, FileStoreTable table) {
        Map<Place, List<DataFileMeta>> files = new LinkedHashMap<>();
        for (Split split : table.newReadBuilder().newScan().plan().splits()) {
            DataSplit data = (DataSplit) split;
            files.computeIfAbsent(new Place(data.partition(), data.bucket()), k -> new ArrayList<>())
                    .addAll(data.dataFiles());
        }
        List<CommitMessage> messages = new ArrayList<>();
        files.forEach((place, list) -> {
            if (dice.chance(0.7)) {
                messages.add(delete(dice, table, place, list));
            }
        });
        return messages;
    }

    private static CommitMessage delete(
            Dice dice, FileStoreTable table, Place place, List<DataFileMeta> files) {
        IndexFileHandler handler = table.store().newIndexFileHandler();
        var snapshot = table.snapshotManager().latestSnapshot();
        BaseAppendDeleteFileMaintainer maintainer = table.bucketMode() == BucketMode.BUCKET_UNAWARE
                ? BaseAppendDeleteFileMaintainer.forUnawareAppend(handler, snapshot, place.partition)
                : BaseAppendDeleteFileMaintainer.forBucketedAppend(
                        handler, snapshot, place.partition, place.bucket);
        for (DataFileMeta file : files) {
            if (!dice.chance(0.7)) {
                continue;
            }
            DeletionVector vector = table.coreOptions().deletionVectorBitmap64()
                    ? new Bitmap64DeletionVector()
                    : new BitmapDeletionVector();
            double share = dice.oneOf(0.02, 0.2, 0.6);
            for (long row = 0; row < file.rowCount(); row++) {
                if (dice.chance(share)) {
                    vector.delete(row);
                }
            }
            if (!vector.isEmpty()) {
                maintainer.notifyNewDeletionVector(file.fileName(), vector);
            }
        }
        List<IndexFileMeta> added = new ArrayList<>();
        List<IndexFileMeta> removed = new ArrayList<>();
        for (IndexManifestEntry entry : maintainer.persist()) {
            (entry.kind() == FileKind.ADD ? added : removed).add(entry.indexFile());
        }
        return new CommitMessageImpl(
                place.partition, maintainer.getBucket(), table.coreOptions().bucket(),
                new DataIncrement(List.of(), List.of(), List.of(), added, removed),
                CompactIncrement.emptyIncrement());
    }
}

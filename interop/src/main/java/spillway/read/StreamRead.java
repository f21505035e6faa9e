package spillway.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.table.source.StreamTableScan;
import org.apache.paimon.table.source.TableRead;
import spillway.Warehouse;
import spillway.json.JsonText;
import spillway.json.RowEncoder;

/** Reads a table's changes as a streaming reader sees them, until the latest snapshot is behind it. */
public final class StreamRead {

    // A plan may be empty while the scan steps over a snapshot; many in a row mean it is stuck.
    private static final int EMPTY_PLANS_MAX = 10_000;

    private StreamRead() {}

    /** {@code from}: first snapshot whose changes are wanted, or null for a full scan and then changes. */
    public static void lines(
            Warehouse warehouse, Identifier id, Long from, Map<String, String> extra, Consumer<String> sink)
            throws Exception {
        Map<String, String> options = new HashMap<>(extra);
        if (from != null) {
            options.put("scan.mode", "from-snapshot");
            options.put("scan.snapshot-id", Long.toString(from));
        }
        // A stream reads with today's schema; "copy" would go back to the schema of the first snapshot.
        FileStoreTable table = warehouse.fileStoreTable(id).copyWithoutTimeTravel(options);
        Long latest = table.snapshotManager().latestSnapshotId();
        if (latest == null) {
            return;
        }
        ReadBuilder builder = table.newReadBuilder();
        TableRead read = builder.newRead();
        RowEncoder encoder = new RowEncoder(table.rowType());
        StreamTableScan scan = builder.newStreamScan();
        int empty = 0;
        while (!caughtUp(scan, latest)) {
            List<Split> splits = scan.plan().splits();
            empty = splits.isEmpty() ? empty + 1 : 0;
            if (empty > EMPTY_PLANS_MAX) {
                throw new IllegalStateException("the stream scan makes no progress at " + scan.checkpoint());
            }
            for (Split split : splits) {
                String place = place(table, (DataSplit) split);
                try (RecordReader<InternalRow> reader = read.createReader(split)) {
                    reader.forEachRemaining(row -> sink.accept(encoder.line(
                            place + "\"_kind\":\"" + row.getRowKind().shortString() + "\",", row)));
                }
            }
        }
    }

    private static boolean caughtUp(StreamTableScan scan, long latest) {
        Long next = scan.checkpoint();
        return next != null && next > latest;
    }

    private static String place(FileStoreTable table, DataSplit split) {
        StringBuilder out = new StringBuilder();
        out.append("\"_snapshot\":").append(split.snapshotId()).append(",\"_partition\":");
        JsonText.appendString(out, table.store().pathFactory().getPartitionString(split.partition()));
        return out.append(",\"_bucket\":").append(split.bucket()).append(',').toString();
    }
}

package spillway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.table.source.StreamTableScan;
import org.apache.paimon.table.source.TableRead;
import spillway.json.RowEncoder;

/** A streaming reader that goes on from poll to poll, with the schema the table had when it began. */
final class FollowedTable {

    private final TableRead read;
    private final StreamTableScan scan;
    private final RowEncoder encoder;

    FollowedTable(FileStoreTable table, Map<String, String> options) {
        FileStoreTable stream = table.copyWithoutTimeTravel(options);
        ReadBuilder builder = stream.newReadBuilder();
        read = builder.newRead();
        scan = builder.newStreamScan();
        encoder = new RowEncoder(stream.rowType());
    }

    /**
     * Rows with {@code _snapshot} and {@code _kind} until the scan has none, as a job that then makes a checkpoint:
     * a consumer's progress is kept.
     */
    List<String> poll() throws Exception {
        List<String> lines = new ArrayList<>();
        for (List<Split> splits = next(); !splits.isEmpty(); splits = next()) {
            for (Split split : splits) {
                String prefix = "\"_snapshot\":" + ((DataSplit) split).snapshotId() + ",\"_kind\":\"";
                try (RecordReader<InternalRow> reader = read.createReader(split)) {
                    reader.forEachRemaining(row -> lines.add(
                            encoder.line(prefix + row.getRowKind().shortString() + "\",", row)));
                }
            }
        }
        scan.notifyCheckpointComplete(scan.checkpoint());
        return lines;
    }

    /** The first plan is empty where the scan begins behind the latest snapshot; the next one tells. */
    private List<Split> next() {
        Long before = scan.checkpoint();
        List<Split> splits = scan.plan().splits();
        return splits.isEmpty() && before == null ? scan.plan().splits() : splits;
    }
}

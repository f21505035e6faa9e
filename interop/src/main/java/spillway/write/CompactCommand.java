package spillway.write;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.table.BucketMode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.Split;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.fuzz.AppendCompaction;

/** {@code compact WAREHOUSE DATABASE [--table T]}: compacts every bucket of every table fully. */
public final class CompactCommand {

    private static final String USER = "java-compaction";

    private CompactCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of("table"));
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        String database = args.at(1, "DATABASE");
        int compacted = 0;
        for (String name : warehouse.catalog().listTables(database)) {
            if (args.has("table") && !args.values("table").contains(name)) {
                continue;
            }
            FileStoreTable table = warehouse.fileStoreTable(Identifier.create(database, name));
            if (table.latestSnapshot().isPresent()) {
                compact(table.copy(Map.of("write-only", "false")));
                compacted++;
            }
        }
        System.out.println("compacted " + compacted);
    }

    private static void compact(FileStoreTable table) throws Exception {
        long identifier = table.latestSnapshot().get().id();
        if (table.bucketMode() == BucketMode.BUCKET_UNAWARE) {
            List<CommitMessage> messages = AppendCompaction.run(table, USER);
            try (StreamTableCommit commit = table.newCommit(USER)) {
                commit.commit(identifier, messages);
            }
            return;
        }
        List<Split> splits = table.newReadBuilder().newScan().plan().splits();
        try (TableWriter writer = new TableWriter(table, USER, identifier)) {
            for (Split split : splits) {
                DataSplit data = (DataSplit) split;
                writer.compact(data.partition(), data.bucket(), true);
            }
            writer.commit();
        }
    }
}

package spillway.write;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.manifest.ManifestEntry;
import org.apache.paimon.table.BucketMode;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.utils.Pair;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.fuzz.AppendCompaction;

/**
 * {@code compact WAREHOUSE DATABASE [--table T] [--minor]}: compacts every bucket of every table, fully or, with
 * {@code --minor}, as after a write.
 */
public final class CompactCommand {

    private static final String USER = "java-compaction";

    private CompactCommand() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of("minor"), Set.of("table"));
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        String database = args.at(1, "DATABASE");
        int compacted = 0;
        for (String name : warehouse.catalog().listTables(database)) {
            if (args.has("table") && !args.values("table").contains(name)) {
                continue;
            }
            FileStoreTable table = warehouse.fileStoreTable(Identifier.create(database, name));
            if (table.latestSnapshot().isPresent()) {
                compact(table.copy(Map.of("write-only", "false")), USER, !args.has("minor"));
                compacted++;
            }
        }
        System.out.println("compacted " + compacted);
    }

    /** Compacts every bucket of a table, fully or as far as Java finds it worth; append tables always the latter. */
    public static void compact(FileStoreTable table, String user, boolean full) throws Exception {
        long identifier = table.latestSnapshot().get().id();
        if (table.bucketMode() == BucketMode.BUCKET_UNAWARE) {
            List<CommitMessage> messages = AppendCompaction.run(table, user);
            try (StreamTableCommit commit = table.newCommit(user)) {
                commit.commit(identifier, messages);
            }
            return;
        }
        try (TableWriter writer = new TableWriter(table, user, identifier)) {
            // Not those of a read's plan: it leaves out what is on level 0 of first-row tables.
            Set<Pair<BinaryRow, Integer>> buckets = new LinkedHashSet<>();
            for (ManifestEntry entry : table.store().newScan().plan().files()) {
                buckets.add(Pair.of(entry.partition(), entry.bucket()));
            }
            for (Pair<BinaryRow, Integer> bucket : buckets) {
                // Of an append table, several in a row would both add and remove what lies between.
                boolean once = full || table.primaryKeys().isEmpty();
                writer.compact(bucket.getKey(), bucket.getValue(), once);
            }
            writer.commit();
        }
    }
}

package spillway.bench;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryArray;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.GenericRow;
import org.apache.paimon.data.Timestamp;
import org.apache.paimon.data.serializer.InternalRowSerializer;
import org.apache.paimon.io.CompactIncrement;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.io.DataIncrement;
import org.apache.paimon.manifest.FileSource;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.stats.SimpleStats;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.CommitMessageImpl;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.types.DataTypes;
import spillway.Arguments;
import spillway.Warehouse;
import spillway.write.Tables;

/**
 * {@code bench-plan-table WAREHOUSE FILES MANIFESTS}: makes {@code bench.plan}, whose metadata lists FILES
 * data files in MANIFESTS manifests. The data files do not exist, only planning can be done with it.
 *
 * <p>A primary-key table, partitioned by day over 100 days, 4 buckets. The files of a bucket follow each
 * other by key on level 5, and every file carries statistics of all eight columns.
 */
public final class PlanTable {

    private static final int PARTITIONS = 100;
    private static final int BUCKETS = 4;
    private static final long ROWS_PER_FILE = 1_000_000;
    private static final long BYTES_PER_FILE = 64L << 20;
    private static final int LEVEL = 5;
    private static final int COLUMNS = 8;
    private static final long EPOCH_2024_MS = 1_704_067_200_000L;

    private final InternalRowSerializer partitions = new InternalRowSerializer(DataTypes.STRING());
    private final InternalRowSerializer keys = new InternalRowSerializer(DataTypes.BIGINT());
    private final InternalRowSerializer values;
    private final long[] filesOfBucket = new long[PARTITIONS * BUCKETS];

    private PlanTable(FileStoreTable table) {
        values = new InternalRowSerializer(table.rowType());
    }

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of());
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        long files = args.numberAt(1, "FILES");
        long manifests = args.numberAt(2, "MANIFESTS");
        FileStoreTable table = Tables.recreate(warehouse, Identifier.create("bench", "plan"), schema());
        PlanTable maker = new PlanTable(table);
        long number = 0;
        // One manifest a commit: merging is off, and each commit's entries fit one manifest.
        try (StreamTableCommit commit = table.newStreamWriteBuilder().withCommitUser("bench").newCommit()) {
            for (long manifest = 0; manifest < manifests; manifest++) {
                int partition = (int) (manifest * PARTITIONS / manifests);
                long end = files * (manifest + 1) / manifests;
                List<CommitMessage> messages = maker.messages(partition, number, end);
                commit.commit(manifest, messages);
                number = end;
            }
        }
        System.out.printf("{\"table\":\"bench.plan\",\"files\":%d,\"manifests\":%d}%n", files, manifests);
    }

    private static Schema schema() {
        return Schema.newBuilder()
                .column("dt", DataTypes.STRING())
                .column("id", DataTypes.BIGINT())
                .column("a", DataTypes.INT())
                .column("b", DataTypes.INT())
                .column("x", DataTypes.DOUBLE())
                .column("y", DataTypes.DOUBLE())
                .column("s", DataTypes.STRING())
                .column("ts", DataTypes.TIMESTAMP(6))
                .partitionKeys("dt")
                .primaryKey("dt", "id")
                .option("bucket", Integer.toString(BUCKETS))
                .option("manifest.merge-min-count", "1000000000")
                .option("manifest.full-compaction-threshold-size", "1 tb")
                .option("snapshot.num-retained.min", "1")
                .option("snapshot.num-retained.max", "1")
                .build();
    }

    private List<CommitMessage> messages(int partition, long from, long to) {
        String day = LocalDate.of(2026, 1, 1).plusDays(partition).toString();
        List<List<DataFileMeta>> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            buckets.add(new ArrayList<>());
        }
        for (long number = from; number < to; number++) {
            int bucket = (int) (number % BUCKETS);
            buckets.get(bucket).add(file(day, number, filesOfBucket[partition * BUCKETS + bucket]++));
        }
        BinaryRow partitionRow = partitions.toBinaryRow(GenericRow.of(BinaryString.fromString(day))).copy();
        List<CommitMessage> messages = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            messages.add(new CommitMessageImpl(
                    partitionRow, bucket, BUCKETS,
                    new DataIncrement(buckets.get(bucket), List.of(), List.of()),
                    CompactIncrement.emptyIncrement()));
        }
        return messages;
    }

    private DataFileMeta file(String day, long number, long position) {
        long firstKey = position * 2 * ROWS_PER_FILE;
        long lastKey = firstKey + 2 * ROWS_PER_FILE - 1;
        BinaryRow minKey = keys.toBinaryRow(GenericRow.of(firstKey)).copy();
        BinaryRow maxKey = keys.toBinaryRow(GenericRow.of(lastKey)).copy();
        BinaryArray keyNulls = BinaryArray.fromLongArray(new Long[] {0L});
        Long[] nulls = new Long[COLUMNS];
        Arrays.fill(nulls, 0L);
        nulls[6] = number % 1000;
        return DataFileMeta.create(
                String.format("data-%08x-5b1a-4c0e-9d3f-%012x-%d.parquet", number * 2654435761L & 0xffffffffL,
                        number * 0x9e3779b97f4aL & 0xffffffffffffL, number % 10),
                BYTES_PER_FILE,
                ROWS_PER_FILE,
                minKey,
                maxKey,
                new SimpleStats(minKey, maxKey, keyNulls),
                new SimpleStats(edge(day, firstKey, number, 0), edge(day, lastKey, number, 1),
                        BinaryArray.fromLongArray(nulls)),
                position * ROWS_PER_FILE,
                (position + 1) * ROWS_PER_FILE - 1,
                0,
                LEVEL,
                List.of(),
                0L,
                null,
                FileSource.COMPACT,
                null,
                null,
                null,
                null);
    }

    // Least (side 0) or greatest (side 1) value of every column.
    private BinaryRow edge(String day, long key, long number, int side) {
        return values.toBinaryRow(GenericRow.of(
                BinaryString.fromString(day),
                key,
                side == 0 ? (int) (number % 1000) : (int) (number % 1000) + 1000,
                side == 0 ? 0 : 999,
                side - 0.5,
                number + side * 0.5,
                BinaryString.fromString(side == 0 ? "aaaaaaaaaaaaaaaa" : "zzzzzzzzzzzzzzz{"),
                Timestamp.fromEpochMillis(EPOCH_2024_MS + number * 1000 + side * 999, 0))).copy();
    }
}

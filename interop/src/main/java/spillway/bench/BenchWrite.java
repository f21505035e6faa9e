package spillway.bench;

import java.util.Set;
import java.util.SplittableRandom;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryRow;
import org.apache.paimon.schema.Schema;
import org.apache.paimon.table.FileStoreTable;
import spillway.Arguments;
import spillway.UsageException;
import spillway.Warehouse;
import spillway.write.TableWriter;
import spillway.write.Tables;

/**
 * {@code bench-write WAREHOUSE KIND ROWS}: makes table {@code bench.KIND}. The same KIND and ROWS give the
 * same rows.
 */
public final class BenchWrite {

    private static final int WIDE_UPDATE_RUNS = 4;
    private static final int RUNS = 5;

    private BenchWrite() {}

    public static void run(String[] words) throws Exception {
        Arguments args = new Arguments(words, 0, Set.of(), Set.of());
        Warehouse warehouse = Warehouse.open(args.at(0, "WAREHOUSE"));
        String kind = args.at(1, "KIND");
        long rows = args.numberAt(2, "ROWS");
        Identifier id = Identifier.create("bench", kind);
        long start = System.nanoTime();
        switch (kind) {
            case "wide21" -> wide21(warehouse, id, rows);
            case "runs5" -> runs5(warehouse, id, rows);
            case "compacted8" -> compacted8(warehouse, id, rows);
            case "append21" -> append21(warehouse, id, rows);
            case "strings21" -> strings21(warehouse, id, rows);
            case "writer21" -> writer21(warehouse, id, rows);
            case "upsert8" -> upsert8(warehouse, id, rows);
            default -> throw new UsageException(
                    "kinds: wide21, runs5, compacted8, append21, strings21, writer21, upsert8");
        }
        long ms = (System.nanoTime() - start) / 1_000_000;
        System.out.printf("{\"table\":\"bench.%s\",\"ms\":%d}%n", kind, ms);
    }

    private static Schema.Builder keyed(Schema.Builder schema) {
        return schema.primaryKey("id").option("bucket", "1").option("write-buffer-size", "256 mb");
    }

    /** ROWS keys in a first run, then runs that each write a quarter of the keys again. */
    private static void wide21(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(
                warehouse, id, keyed(BenchRows.wide21()).option("write-only", "true").build());
        SplittableRandom random = new SplittableRandom(21);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (long key = 0; key < rows; key++) {
                writer.write(BenchRows.wide21(key, random));
            }
            writer.commit();
            for (int run = 0; run < WIDE_UPDATE_RUNS; run++) {
                for (long n = 0; n < rows / 4; n++) {
                    writer.write(BenchRows.wide21(random.nextLong(rows), random));
                }
                writer.commit();
            }
        }
    }

    /** Five commits of ROWS rows each over 2 * ROWS keys, nothing compacted. */
    private static void runs5(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(
                warehouse, id, keyed(BenchRows.narrow8()).option("write-only", "true").build());
        SplittableRandom random = new SplittableRandom(5);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (int run = 0; run < RUNS; run++) {
                for (long n = 0; n < rows; n++) {
                    writer.write(BenchRows.narrow8(random.nextLong(2 * rows), random));
                }
                writer.commit();
            }
        }
    }

    /** ROWS keys, all on the highest level. */
    private static void compacted8(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(warehouse, id, keyed(BenchRows.narrow8()).build());
        SplittableRandom random = new SplittableRandom(8);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (long key = 0; key < rows; key++) {
                writer.write(BenchRows.narrow8(key, random));
            }
            writer.compact(BinaryRow.EMPTY_ROW, 0, true);
            writer.commit();
        }
    }

    /** The shape of Paimon's own writer benchmark: ROWS keys in a first run, then two runs of a quarter of them. */
    private static void strings21(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(
                warehouse, id, keyed(BenchRows.strings21()).option("write-only", "true").build());
        SplittableRandom random = new SplittableRandom(20);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (int key = 0; key < rows; key++) {
                writer.write(BenchRows.strings21(key, random));
            }
            writer.commit();
            for (int run = 0; run < 2; run++) {
                for (long n = 0; n < rows / 4; n++) {
                    writer.write(BenchRows.strings21(random.nextInt((int) rows), random));
                }
                writer.commit();
            }
        }
    }

    /** ROWS rows of random INT keys and 20 texts, one commit: the twin of bench/measure/write.ts writer21. */
    private static void writer21(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(
                warehouse, id, keyed(BenchRows.strings21()).option("write-only", "true").build());
        SplittableRandom random = new SplittableRandom(21);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (long n = 0; n < rows; n++) {
                writer.write(BenchRows.strings21(random.nextInt(), random));
            }
            writer.commit();
        }
    }

    /** ROWS rows over as many keys into 4 buckets, one commit: the twin of bench/measure/write.ts upsert8. */
    private static void upsert8(Warehouse warehouse, Identifier id, long rows) throws Exception {
        Schema schema = BenchRows.narrow8()
                .primaryKey("id")
                .option("bucket", "4")
                .option("write-buffer-size", "256 mb")
                .option("write-only", "true")
                .build();
        FileStoreTable table = Tables.recreate(warehouse, id, schema);
        SplittableRandom random = new SplittableRandom(8);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (long n = 0; n < rows; n++) {
                writer.write(BenchRows.narrow8(random.nextLong(rows), random));
            }
            writer.commit();
        }
    }

    /** ROWS rows without a key, in the order written. */
    private static void append21(Warehouse warehouse, Identifier id, long rows) throws Exception {
        FileStoreTable table = Tables.recreate(
                warehouse, id,
                BenchRows.wide21().option("bucket", "-1").option("write-only", "true").build());
        SplittableRandom random = new SplittableRandom(12);
        try (TableWriter writer = new TableWriter(table, "bench", 1)) {
            for (long key = 0; key < rows; key++) {
                writer.write(BenchRows.wide21(key, random));
            }
            writer.commit();
        }
    }
}
